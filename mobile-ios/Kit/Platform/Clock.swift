import Foundation

/// What time the vault is told: the system's, or one that runs ahead of it, for tests of what happens later.
public struct Clock: Sendable {
    private let ahead: UInt64

    public init(ahead seconds: UInt64 = 0) {
        ahead = seconds
    }

    /// Seconds since 1970.
    public func now() -> UInt64 {
        UInt64(max(0, Date().timeIntervalSince1970)) + ahead
    }
}
