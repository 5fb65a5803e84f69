import Foundation
import SatchelCore

/// What a relay answered.
public struct Answer: Equatable, Sendable {
    public let status: UInt16
    public let headers: [Header]
    public let body: Data

    public init(status: UInt16, headers: [Header], body: Data) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }
}

/// Why there is no answer, in the words that `Vault.onFailure` takes.
public struct RelayFailure: Error, Equatable, Sendable {
    public let kind: String

    /// Nothing was reached.
    public static let network = RelayFailure(kind: "network")
    /// No answer came in time.
    public static let timeout = RelayFailure(kind: "timeout")
    /// Nobody waits for the answer any more.
    public static let cancelled = RelayFailure(kind: "cancelled")
}

/// Sends one request and gives its answer; called several times at once.
public protocol Relay: Sendable {
    func send(_ request: Request) async throws(RelayFailure) -> Answer
}
