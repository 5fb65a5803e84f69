import Observation
import SatchelCore

/// What the first screen shows.
public struct HomeContent: Codable, Sendable, Equatable {
    public var profile: Profile?
    /// What waits to be sent, and what is stuck.
    public var outbox: [OutboxView]
}

/// The first screen: who this is, and the conversation with relays.
@MainActor @Observable
public final class HomeModel: SessionFeature<HomeContent> {
    public init(_ session: Session) {
        super.init("home", session, blank: HomeContent(profile: nil, outbox: []))
    }

    public func load() async -> Outcome { await act { nil } }

    /// Sends everything and takes all news.
    public func sync() async -> Outcome {
        await act {
            try await session.sync()
            return nil
        }
    }

    /// Stays for news for so long.
    public func watch(seconds: UInt64) async -> Outcome {
        await act {
            try await session.watch(seconds)
            return nil
        }
    }

    /// Tries again what stopped.
    public func retry() async -> Outcome { await command { try $0.retry(now: $1) } }

    public func cancelOutbox(id: String) async -> Outcome { await command { try $0.cancelOutbox(id: id, now: $1) } }

    override func read() async throws -> HomeContent {
        try await session.query { vault, _ in HomeContent(profile: try vault.profile(), outbox: try vault.outbox()) }
    }

    override func isEmpty(_ content: HomeContent) -> Bool { content.profile == nil }
}
