import Foundation

/// Where a vault lies, how it reaches relays, and what time it is told.
public struct Platform: Sendable {
    public let folder: URL
    public let relay: any Relay
    public let clock: Clock

    public init(folder: URL, relay: any Relay = HttpRelay(), clock: Clock = Clock()) {
        (self.folder, self.relay, self.clock) = (folder, relay, clock)
    }
}
