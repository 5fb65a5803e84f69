import Foundation
import Observation
import SatchelCore

/// What the trust screen shows.
public struct TrustContent: Codable, Sendable, Equatable {
    public var trusted: [TrustedView]
    public var credentials: [CredentialView]
    /// The request for a credential, to be handed to the organization.
    public var request: Data?
}

/// Whom this vault trusts, and who vouches for it.
@MainActor @Observable
public final class TrustModel: SessionFeature<TrustContent> {
    @ObservationIgnored private var request: Data?

    public init(_ session: Session) {
        super.init("trust", session, blank: TrustContent(trusted: [], credentials: [], request: nil))
    }

    public func load() async -> Outcome { await act { nil } }

    /// Trusts the organization of a card.
    public func trust(card: Data) async -> Outcome { await command { try $0.trustCard(card: card, now: $1) } }

    public func untrust(organization: String) async -> Outcome {
        await command { try $0.untrust(organization: organization, now: $1) }
    }

    /// Makes a request for a credential.
    public func request() async -> Outcome {
        await act {
            request = try await session.query { try $0.credentialRequest(now: $1) }
            return nil
        }
    }

    /// Takes the credential that an organization gave.
    public func accept(credential: Data) async -> Outcome {
        await command { try $0.acceptCredential(credential: credential, now: $1) }
    }

    override func read() async throws -> TrustContent {
        let request = request
        return try await session.query { vault, now in
            TrustContent(trusted: try vault.trusted(), credentials: try vault.credentials(now: now), request: request)
        }
    }

    override func isEmpty(_ content: TrustContent) -> Bool {
        content.trusted.isEmpty && content.credentials.isEmpty && content.request == nil
    }
}
