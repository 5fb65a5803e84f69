import Foundation
import SatchelCore

/// An open vault with its storage and its driver: what view models work with.
///
/// Everything that touches the vault happens here, one thing at a time; nothing is sent before what it follows from is stored. One
/// conversation with relays is held at a time: a wait for news and the carrying of files step back when somebody else wants to sync.
public actor Session {
    /// Longest time of a sync.
    private static let patience = Duration.seconds(120)
    /// A large file may take days.
    private static let unhurried = Duration.seconds(365 * 86_400)

    /// Blocks of a job done at once: some ten milliseconds.
    private static let step: UInt32 = 50

    public nonisolated let platform: Platform
    let vault: Vault
    private let storage: any Storage
    private let driver = Driver()
    private var talking = false
    private var tickets: UInt64 = 0
    private var queue: [(ticket: UInt64, resume: CheckedContinuation<Bool, Never>)] = []
    private var news: [Show] = []

    /// No relay answered the last time one was asked.
    public private(set) var offline = false

    /// Makes a vault in a new folder. Nothing is sent yet.
    public static func create(_ platform: Platform, setup: Setup, passphrase: String) async throws -> Session {
        try await begin(platform) { try createVault(setup: setup, passphrase: passphrase, now: platform.clock.now()) }
    }

    /// Makes a vault in a new folder from the words of a recovery kit. Nothing is sent yet.
    public static func join(_ platform: Platform, words: String, relay: String, passphrase: String) async throws -> Session {
        try await begin(platform) {
            try joinVault(words: words, relay: relay, passphrase: passphrase, now: platform.clock.now())
        }
    }

    /// Keys first: whoever is cancelled while they are made leaves no folder behind.
    private static func begin(_ platform: Platform, make: @Sendable @escaping () throws -> Created) async throws -> Session {
        guard !FileStorage.exists(platform.folder) else { throw Problem("cli.exists", ["path": platform.folder.lastPathComponent]) }
        let created = try await abandonable(make)
        let session = Session(platform, created.vault, try FileStorage.create(platform.folder))
        try await session.begin(created.changes)
        return session
    }

    /// Opens the vault of a folder.
    public static func open(_ platform: Platform, passphrase: String) async throws -> Session {
        let storage = try FileStorage.open(platform.folder)
        let entries = try storage.index()
        let vault = try await abandonable { try Vault.open(entries: entries, passphrase: passphrase) }
        return Session(platform, vault, storage)
    }

    package init(_ platform: Platform, _ vault: Vault, _ storage: sending any Storage) {
        (self.platform, self.vault, self.storage) = (platform, vault, storage)
    }

    private func begin(_ changes: Changes) throws {
        try keep(changes)
    }

    /// Seconds since 1970 by this session's clock.
    public nonisolated var now: UInt64 { platform.clock.now() }

    /// Runs a command and stores what it changed; nothing is sent.
    @discardableResult
    public func command(_ command: @Sendable (Vault, UInt64) throws -> Changes) throws -> Changes {
        try Task.checkCancellation()
        let changes = try change(command)
        driver.wake()
        return changes
    }

    /// Asks the vault; entries it needs are loaded.
    public func query<T: Sendable>(_ query: @Sendable (Vault, UInt64) throws -> T) throws -> T {
        try Task.checkCancellation()
        return try ask(query)
    }

    /// Does a job of the vault to its end, some blocks at a time: others get their turn between two steps, and a task that is cancelled
    /// is let go of after the step under way. `take` gives the result.
    public func work<T: Sendable>(
        _ start: @Sendable (Vault) throws -> JobView, take: @Sendable (Vault, String, UInt64) throws -> T,
        progress: @Sendable (JobView) async -> Void = { _ in }
    ) async throws -> T {
        try Task.checkCancellation()
        var job = try ask { vault, _ in try start(vault) }
        defer { try? vault.cancelJob(job: job.id) }
        while !job.finished {
            let id = job.id
            job = try ask { vault, _ in try vault.stepJob(job: id, blocks: Self.step) }
            try vault.forget()
            await progress(job)
            await Task.yield()
            try Task.checkCancellation()
        }
        let id = job.id
        return try ask { vault, now in try take(vault, id, now) }
    }

    /// Sends everything and takes all news.
    public func sync() async throws {
        try await turn { session in
            try session.vault.refresh()
            _ = try await session.driver.drain(session, limit: Self.patience, watch: false, stop: { false })
        }
    }

    /// Sends and takes news, staying for so long.
    public func watch(_ seconds: UInt64) async throws {
        let end = ContinuousClock.now + .seconds(Double(seconds))
        repeat {
            try await turn { session in
                try session.vault.refresh()
                try session.vault.watch(seconds: 20)
                defer { try? session.vault.watch(seconds: 0) }
                _ = try await session.driver.drain(session, limit: end - .now, watch: true, stop: { !session.queue.isEmpty })
            }
        } while ContinuousClock.now < end
    }

    /// Sends the files on their way too, however long it takes; `progress` is told how far they are. Files that stopped are left.
    public func carry(_ progress: @Sendable @escaping ([FileView]) -> Void = { _ in }) async throws {
        var done = false
        repeat {
            done = try await turn { session in
                try session.vault.refresh()
                try session.vault.carryFiles(ready: true)
                defer { try? session.vault.carryFiles(ready: false) }
                var asked = false
                let stop = {
                    asked = !session.queue.isEmpty
                    return asked
                }
                _ = try await session.driver.drain(session, limit: Self.unhurried, watch: false, stop: stop) { vault in
                    progress(try vault.files())
                    return true
                }
                return !asked
            }
        } while !done
    }

    /// Fetches an attachment into a file, piece by piece, and goes on where an earlier fetch was cut. The file gets its name when it is
    /// the one that was signed.
    public func save(
        grant: String?, record: String, index: UInt32, path: URL,
        progress: @Sendable @escaping (DownloadView) -> Void = { _ in }
    ) async throws {
        try await turn { session in
            let begun = try session.change { try $0.download(grant: grant, record: record, index: index, now: $1) }
            let id = begun.created ?? ""
            defer { try? session.vault.cancelDownload(downloadId: id) }
            let writer = try PieceWriter(path, vault: session.vault, download: id)
            _ = try await session.driver.drain(session, limit: Self.unhurried, watch: false, stop: { false }) { vault in
                while let piece = try vault.nextPiece(downloadId: id) { try writer.write(piece) }
                let state = try vault.downloadState(downloadId: id)
                progress(state)
                return !state.complete && state.code == nil
            }
            let state = try session.vault.downloadState(downloadId: id)
            if let code = state.code {
                throw Problem(code, ["part": state.part.map { "\($0)" } ?? "", "name": state.name])
            }
            do {
                try session.vault.finishDownload(downloadId: id)
            } catch {
                if Problem(error).code == "file.hash" { try writer.discard() }
                throw error
            }
            try writer.finish()
        }
    }

    /// Changes the passphrase.
    public func changePassphrase(_ passphrase: String) throws {
        try storage.replace(try vault.changePassphrase(passphrase: passphrase))
    }

    /// Forgets the keys and gives the folder back. Nothing else may be called afterwards.
    public func close() {
        try? vault.forget()
        storage.close()
    }

    /// What the core had to tell since the last time.
    public func takeNews() -> [Show] {
        defer { news = [] }
        return news
    }

    // MARK: what the driver uses

    func ask<T>(_ question: (Vault, UInt64) throws -> T) throws -> T {
        while true {
            do {
                return try question(vault, now)
            } catch let VaultError.Refused(code, _, _, need) where code == "vault.need" && !need.isEmpty {
                try vault.provide(entries: storage.load(need))
            }
        }
    }

    @discardableResult
    func change(_ command: (Vault, UInt64) throws -> Changes) throws -> Changes {
        let changes = try ask(command)
        try keep(changes)
        return changes
    }

    private func keep(_ changes: Changes) throws {
        if !changes.puts.isEmpty || !changes.deletes.isEmpty {
            do {
                try storage.store(changes)
            } catch {
                try vault.failed(reason: Problem(error).code == "vault.conflict" ? "conflict" : "store")
                throw error
            }
            try vault.stored(generation: changes.generation)
        }
        news += changes.show
    }

    func answered(_ id: UInt64, _ outcome: Result<Answer, RelayFailure>) {
        driver.take(id, outcome)
    }

    func reached(_ answered: Bool) {
        offline = !answered
    }

    /// Waits for the conversation that is held, then holds one. Turns are handed over in the order in which they were asked for.
    private func turn<T>(_ talk: (isolated Session) async throws -> sending T) async throws -> sending T {
        try Task.checkCancellation()
        if talking {
            tickets += 1
            let ticket = tickets
            let mine = await withTaskCancellationHandler {
                await withCheckedContinuation {
                    queue.append((ticket, $0))
                    driver.wake()
                }
            } onCancel: {
                Task { await self.leave(ticket) }
            }
            guard mine else { throw CancellationError() }
        }
        talking = true
        defer {
            talking = !queue.isEmpty
            if talking { queue.removeFirst().resume.resume(returning: true) }
        }
        return try await talk(self)
    }

    /// Somebody no longer waits.
    private func leave(_ ticket: UInt64) {
        guard let place = queue.firstIndex(where: { $0.ticket == ticket }) else { return }
        queue.remove(at: place).resume.resume(returning: false)
    }
}
