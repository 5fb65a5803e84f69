import SatchelCore

/// In which state a screen is.
public enum Phase: String, Sendable, Codable {
    case loading, empty, ready
}

/// The state of a screen, the same for every feature.
public struct Screen<Content: Sendable>: Sendable {
    /// The feature's name, for its phrases.
    public let feature: String
    public internal(set) var phase = Phase.loading
    /// What the screen shows; kept while it loads again.
    public internal(set) var content: Content
    /// The relay was not reached the last time it was asked; what is shown is what is known here.
    public internal(set) var offline = false
    /// Why the last action was refused.
    public internal(set) var problem: Problem?
    /// What the core has to tell, newest last.
    public internal(set) var shown: [Show] = []

    /// What to say in place of content: why the last action was refused, or why there is nothing.
    public var phrase: String? {
        if let problem { return problem.phrase }
        switch phase {
        case .loading: return "screen.loading"
        case .empty: return offline ? "screen.offline" : "screen.empty.\(feature)"
        case .ready: return nil
        }
    }

    init(feature: String, blank: Content) {
        (self.feature, content) = (feature, blank)
    }
}

/// What an action came to.
public struct Outcome: Equatable, Sendable {
    /// The id of what was made.
    public var created: String?
    /// Why it was refused.
    public var problem: Problem?
}

extension Show {
    /// The key of the catalogue's sentence.
    public var phrase: String { kind }
}
