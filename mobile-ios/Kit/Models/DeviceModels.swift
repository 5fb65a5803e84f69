import Observation
import SatchelCore

/// What the list of devices shows.
public struct DevicesContent: Codable, Sendable, Equatable {
    public var devices: [DeviceView]
    /// The words of a new kit, until they are forgotten.
    public var kit: String?
}

/// The owner's devices, and the kit that brings another one in.
@MainActor @Observable
public final class DevicesModel: SessionFeature<DevicesContent> {
    @ObservationIgnored private var kit: String?

    public init(_ session: Session) {
        super.init("devices", session, blank: DevicesContent(devices: [], kit: nil))
    }

    public func load() async -> Outcome { await act { nil } }

    public func rename(device: String, name: String) async -> Outcome {
        await command { try $0.renameDevice(id: device, name: name, now: $1) }
    }

    /// `words` of the kit are needed to take out a device that may itself take out others.
    public func remove(devices: [String], words: String? = nil) async -> Outcome {
        await command { try $0.removeDevices(ids: devices, words: words, now: $1) }
    }

    /// New words, to be written down; nothing changes yet.
    public func newKit() async -> Outcome {
        await act {
            kit = try await session.query { vault, _ in try vault.newKit() }
            return nil
        }
    }

    /// The new words are no longer shown.
    public func forgetKit() async -> Outcome {
        kit = nil
        return await act { nil }
    }

    /// The new words are written down and take the place of `words`, which are in force; `devices` are taken out in the same step.
    public func replaceKit(words: String, devices: [String]) async -> Outcome {
        let fresh = kit ?? ""
        return await act {
            let replaced = try await session.command {
                try $0.replaceKit(words: words, newWords: fresh, devices: devices, now: $1)
            }
            kit = nil
            return replaced.created
        }
    }

    override func read() async throws -> DevicesContent {
        let kit = kit
        return try await session.query { vault, _ in DevicesContent(devices: try vault.devices(), kit: kit) }
    }

    override func isEmpty(_ content: DevicesContent) -> Bool { content.devices.isEmpty }
}

/// What the screen of deletions shows.
public struct DeletionContent: Codable, Sendable, Equatable {
    /// What this patient asked for, and what was answered.
    public var asked: [DeletionView]
    /// What patients ask of this holder.
    public var requests: [DeletionRequestView]
}

/// Asking that what a grant gave be deleted, and answering it.
@MainActor @Observable
public final class DeletionModel: SessionFeature<DeletionContent> {
    public init(_ session: Session) {
        super.init("deletion", session, blank: DeletionContent(asked: [], requests: []))
    }

    public func load() async -> Outcome { await act { nil } }

    public func ask(grant: String, revoke: Bool) async -> Outcome {
        await command { try $0.askDeletion(grant: grant, revoke: revoke, now: $1) }
    }

    public func delete(grant: String) async -> Outcome { await command { try $0.deleteAccess(grant: grant, now: $1) } }

    public func refuse(grant: String, reason: String, text: String? = nil) async -> Outcome {
        await command { try $0.refuseDeletion(grant: grant, reason: reason, text: text, now: $1) }
    }

    override func read() async throws -> DeletionContent {
        try await session.query { vault, _ in
            DeletionContent(asked: try vault.deletions(), requests: try vault.deletionRequests())
        }
    }

    override func isEmpty(_ content: DeletionContent) -> Bool { content.asked.isEmpty && content.requests.isEmpty }
}
