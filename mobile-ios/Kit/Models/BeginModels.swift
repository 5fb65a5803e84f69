import Observation
import SatchelCore

/// What a new vault shows.
public struct CreateContent: Codable, Sendable, Equatable {
    /// The words of the recovery kit, until they are forgotten.
    public var kit: [String]
    public var profile: Profile?
}

/// A new vault.
@MainActor @Observable
public final class CreateModel: Feature<CreateContent> {
    @ObservationIgnored private let platform: Platform
    /// The open vault, once there is one.
    public private(set) var session: Session?

    public init(_ platform: Platform) {
        self.platform = platform
        super.init("create", blank: CreateContent(kit: [], profile: nil))
    }

    /// Makes keys and vault. Nothing is sent before the first sync.
    public func create(role: String, name: String, relay: String, passphrase: String, token: String? = nil) async -> Outcome {
        await act {
            let setup = Setup(role: role, name: name, relay: relay, token: token)
            session = try await Session.create(platform, setup: setup, passphrase: passphrase)
            return nil
        }
    }

    /// The words are written down: they are not shown again.
    public func forgetKit() async -> Outcome {
        await act {
            try await session?.query { vault, _ in try vault.forgetKit() }
            return nil
        }
    }

    override var talking: Session? { session }

    override func read() async throws -> CreateContent {
        guard let session else { return CreateContent(kit: [], profile: nil) }
        return try await session.query { vault, _ in
            let profile = try vault.profile()
            return CreateContent(kit: profile.kit ? try vault.kit() : [], profile: profile)
        }
    }

    override func isEmpty(_ content: CreateContent) -> Bool { content.profile == nil }
}

/// What a recovery shows.
public struct RecoverContent: Codable, Sendable, Equatable {
    public var profile: Profile?
    /// What the proof found; before it, that nothing is proven yet.
    public var recovery: Recovery?
}

/// A vault from the words of a recovery kit.
@MainActor @Observable
public final class RecoverModel: Feature<RecoverContent> {
    @ObservationIgnored private let platform: Platform
    /// The open vault, once there is one.
    public private(set) var session: Session?

    public init(_ platform: Platform) {
        self.platform = platform
        super.init("recover", blank: RecoverContent(profile: nil, recovery: nil))
    }

    /// Makes the vault. What belongs to it arrives with the next sync.
    public func recover(words: String, relay: String, passphrase: String) async -> Outcome {
        await act {
            session = try await Session.join(platform, words: words, relay: relay, passphrase: passphrase)
            return nil
        }
    }

    /// Opens the oldest and the newest record, so that "recovered" is said only of what can be read.
    public func prove() async -> Outcome {
        await act { try await session?.command { try $0.proveRecovery(now: $1) }.created }
    }

    public func load() async -> Outcome { await act { nil } }

    override var talking: Session? { session }

    override func read() async throws -> RecoverContent {
        guard let session else { return RecoverContent(profile: nil, recovery: nil) }
        return try await session.query { vault, now in
            let profile = try vault.profile()
            let ready = profile.stage == "ready"
            return RecoverContent(profile: profile, recovery: ready ? try vault.recovery(now: now) : nil)
        }
    }

    override func isEmpty(_ content: RecoverContent) -> Bool { content.profile == nil }
}

/// What the locked door shows.
public struct UnlockContent: Codable, Sendable, Equatable {
    /// Whether there is a vault to unlock.
    public var exists: Bool
    public var profile: Profile?
}

/// The door of a vault.
@MainActor @Observable
public final class UnlockModel: Feature<UnlockContent> {
    @ObservationIgnored private let platform: Platform
    /// The open vault, while it is unlocked.
    public private(set) var session: Session?

    public init(_ platform: Platform) {
        self.platform = platform
        super.init("unlock", blank: UnlockContent(exists: false, profile: nil))
    }

    public func load() async -> Outcome { await act { nil } }

    public func unlock(passphrase: String) async -> Outcome {
        await act {
            await session?.close()
            session = nil
            session = try await Session.open(platform, passphrase: passphrase)
            return nil
        }
    }

    public func changePassphrase(passphrase: String) async -> Outcome {
        await act {
            guard let session else { throw Problem("vault.not_ready") }
            try await session.changePassphrase(passphrase)
            return nil
        }
    }

    /// Forgets the keys.
    public func lock() async -> Outcome {
        await act {
            await session?.close()
            session = nil
            return nil
        }
    }

    override var talking: Session? { session }

    override func read() async throws -> UnlockContent {
        let exists = FileStorage.exists(platform.folder)
        return UnlockContent(exists: exists, profile: try await session?.query { vault, _ in try vault.profile() })
    }

    override func isEmpty(_ content: UnlockContent) -> Bool { !content.exists }
}
