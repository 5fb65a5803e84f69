import Foundation
import SatchelCore

/// Why something was refused: a stable code and what its sentence names. `error.<code>` is in every catalogue.
public struct Problem: Error, Equatable, Sendable, Codable {
    public let code: String
    public let params: [String: String]

    public init(_ code: String, _ params: [String: String] = [:]) {
        self.code = code
        self.params = params
    }

    /// What any failure comes to. A panic inside the core is `other`; the vault answers `vault.conflict` from then on and must be opened
    /// again from its storage.
    public init(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let VaultError.Refused(code, _, params, _):
            self.init(code, Dictionary(params.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first }))
        case is CancellationError: self = .cancelled
        case is RelayFailure: self.init("cli.network")
        case is CocoaError: self.init("cli.file")
        default: self.init("other")
        }
    }

    /// The person, or the screen that went away, no longer wants it.
    public static let cancelled = Problem("cancelled")

    /// The key of the catalogue's sentence.
    public var phrase: String { self == .cancelled ? "screen.cancelled" : "error.\(code)" }
}
