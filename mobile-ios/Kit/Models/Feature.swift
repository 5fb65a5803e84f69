import Observation
import SatchelCore

/// What all view models have in common: a state that is read anew after every action, and actions that never throw.
///
/// View models hold no rule. They call the façade, keep what it answered, and say in which state the screen is.
@MainActor @Observable
public class Feature<Content: Sendable> {
    public internal(set) var state: Screen<Content>

    init(_ name: String, blank: Content) {
        state = Screen(feature: name, blank: blank)
    }

    /// What the screen shows, as it is known here; the network is not asked.
    func read() async throws -> Content {
        preconditionFailure("every feature reads its own content")
    }

    /// Whether there is nothing to show.
    func isEmpty(_ content: Content) -> Bool { false }

    /// The session whose news and reach the screen tells.
    var talking: Session? { nil }

    /// Does something, then reads the content anew: after a refusal and after a cancellation as well.
    @discardableResult
    func act(_ action: () async throws -> String?) async -> Outcome {
        var outcome = Outcome()
        if isEmpty(state.content) { state.phase = .loading }
        state.problem = nil
        do {
            outcome.created = try await action()
        } catch {
            outcome.problem = Problem(error)
        }
        // In a task of its own, which is not cancelled when the action was.
        let after = Task { try await read() }
        switch await after.result {
        case let .success(content):
            state.content = content
            state.phase = isEmpty(content) ? .empty : .ready
        case let .failure(error):
            outcome.problem = outcome.problem ?? Problem(error)
            state.phase = isEmpty(state.content) ? .empty : .ready
        }
        state.problem = outcome.problem
        if let session = talking {
            state.offline = await session.offline
            state.shown += await session.takeNews()
        }
        return outcome
    }
}

/// A feature of an open vault.
@MainActor @Observable
public class SessionFeature<Content: Sendable>: Feature<Content> {
    @ObservationIgnored let session: Session

    init(_ name: String, _ session: Session, blank: Content) {
        self.session = session
        super.init(name, blank: blank)
    }

    override var talking: Session? { session }

    /// A command that makes something, or only changes something.
    func command(_ command: @Sendable (Vault, UInt64) throws -> Changes) async -> Outcome {
        await act { try await session.command(command).created }
    }
}

extension RecordQuery {
    /// Everything.
    public static let everything = RecordQuery(text: nil, code: nil, categories: [], from: nil, until: nil, author: nil)

    /// Everything of these categories.
    public static func of(_ categories: String...) -> RecordQuery {
        RecordQuery(text: nil, code: nil, categories: categories, from: nil, until: nil, author: nil)
    }
}
