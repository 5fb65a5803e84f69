import Observation
import SatchelCore

/// What the appointments' screen shows.
public struct AppointmentsContent: Codable, Sendable, Equatable {
    public var appointments: [AppointmentView]
    /// The own contact that others ask for appointments, where requests are taken.
    public var contact: String?
}

/// Appointments: asking, offering times, booking, moving, cancelling.
@MainActor @Observable
public final class AppointmentsModel: SessionFeature<AppointmentsContent> {
    public init(_ session: Session) {
        super.init("appointments", session, blank: AppointmentsContent(appointments: [], contact: nil))
    }

    public func load() async -> Outcome { await act { nil } }

    /// Takes requests from now on.
    public func openIntake() async -> Outcome { await command { try $0.openIntake(now: $1) } }

    public func ask(request: AppointmentRequest) async -> Outcome {
        await command { try $0.askAppointment(request: request, now: $1) }
    }

    public func offer(appointment: String, times: [AppointmentTime]) async -> Outcome {
        await command { try $0.offerTimes(appointment: appointment, times: times, now: $1) }
    }

    public func accept(appointment: String, index: UInt32) async -> Outcome {
        await command { try $0.acceptTime(appointment: appointment, index: index, now: $1) }
    }

    public func decline(appointment: String, explanation: String? = nil) async -> Outcome {
        await command { try $0.declineAppointment(appointment: appointment, explanation: explanation, now: $1) }
    }

    public func move(appointment: String, start: UInt64, end: UInt64) async -> Outcome {
        await command { try $0.moveAppointment(appointment: appointment, start: start, end: end, now: $1) }
    }

    public func cancel(appointment: String, explanation: String? = nil) async -> Outcome {
        await command { try $0.cancelAppointment(appointment: appointment, explanation: explanation, now: $1) }
    }

    override func read() async throws -> AppointmentsContent {
        try await session.query { vault, now in
            AppointmentsContent(appointments: try vault.appointments(now: now), contact: try vault.contact())
        }
    }

    override func isEmpty(_ content: AppointmentsContent) -> Bool { content.appointments.isEmpty }
}
