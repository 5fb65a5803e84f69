import Foundation
import SatchelCore
import Testing

@testable import SatchelKit

/// Answers as it is told; counts what was asked and what was given up.
private final class Scripted: Relay {
    enum Line: Sendable { case answer(UInt16, String), fail(RelayFailure), never }

    let asked = Shared<[Request]>([])
    let givenUp = Shared(0)
    private let script: @Sendable (Int, Request) -> Line

    init(_ script: @escaping @Sendable (Int, Request) -> Line) { self.script = script }

    func send(_ request: Request) async throws(RelayFailure) -> Answer {
        let turn = asked.change { all in
            all.append(request)
            return all.count
        }
        switch script(turn, request) {
        case let .answer(status, body): return Answer(status: status, headers: [], body: Data(body.utf8))
        case let .fail(failure): throw failure
        case .never:
            try? await Task.sleep(for: .seconds(60))
            givenUp.change { $0 += 1 }
            throw .cancelled
        }
    }
}

@Suite("Driver") struct DriverTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    private func session(_ relay: any Relay, at url: String = "http://127.0.0.1:9") async throws -> Session {
        let platform = Platform(folder: folder.place("vault-\(UUID().uuidString)"), relay: relay)
        let setup = Setup(role: "patient", name: "Asha", relay: url, token: nil)
        return try await Session.create(platform, setup: setup, passphrase: passphrase)
    }

    @MainActor @Test func nobodyAnswers() async throws {
        let relay = Scripted { _, _ in .fail(.network) }
        let home = HomeModel(try await session(relay))
        #expect(await home.sync().problem == Problem("cli.network"))
        #expect(home.state.offline)
        #expect(home.state.phase == .ready, "what is known is shown")
        #expect(relay.asked.value.count >= 1 && relay.asked.value.count <= 6)
        // The same over the real client, where nobody listens.
        let real = HomeModel(try await session(HttpRelay()))
        #expect(await real.sync().problem == Problem("cli.network"))
    }

    @MainActor @Test func nothingIsSentBeforeItIsStored() async throws {
        let relay = Scripted { _, _ in .never }
        let session = try await session(relay)
        let waiting = Task { try await session.sync() }
        while relay.asked.value.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let first = try #require(relay.asked.value.first)
        #expect(first.kind == "send" && first.url.hasPrefix("http://127.0.0.1:9/"))
        // What is asked for lies in the storage already: the app may end now.
        await session.close()
        let again = try await Session.open(session.platform, passphrase: passphrase)
        let outbox = try await again.query { vault, _ in try vault.profile().outbox }
        #expect(outbox > 0)
        waiting.cancel()
        _ = await waiting.result
    }

    @MainActor @Test func cancellingStopsAtOnce() async throws {
        let relay = Scripted { _, _ in .never }
        let home = HomeModel(try await session(relay))
        var times: [Duration] = []
        for turn in 1...3 {
            let syncing = Task { await home.sync() }
            while relay.asked.value.count < turn { try await Task.sleep(for: .milliseconds(5)) }
            let began = ContinuousClock.now
            syncing.cancel()
            #expect(await syncing.value.problem == .cancelled)
            times.append(ContinuousClock.now - began)
        }
        // The relay never answers; the bound is wide, since other programs may hold the processor meanwhile.
        #expect(try #require(times.max()) < .seconds(5), "\(times)")
        print("stopped after \(times)")
        try await Task.sleep(for: .milliseconds(200))
        #expect(relay.givenUp.value == relay.asked.value.count, "requests under way are given up")
        #expect(await home.load().problem == nil, "the vault goes on")
        #expect(await home.session.offline == false, "and the relay is not blamed")
    }

    @MainActor @Test func whoeverIsCancelledWhileKeysAreDerivedIsLetGo() async throws {
        let platform = Platform(folder: folder.place("left"), relay: Scripted { _, _ in .never })
        let setup = Setup(role: "patient", name: "Asha", relay: "http://127.0.0.1:9", token: nil)
        let making = Task { try await Session.create(platform, setup: setup, passphrase: passphrase) }
        try await Task.sleep(for: .milliseconds(20))
        making.cancel()
        let made = await making.result
        #expect(throws: CancellationError.self) { try made.get() }
        #expect(!FileStorage.exists(platform.folder), "nothing is left behind")
        let session = try await Session.create(platform, setup: setup, passphrase: passphrase)
        await session.close()
        let unlock = UnlockModel(platform)
        let opening = Task { await unlock.unlock(passphrase: passphrase) }
        try await Task.sleep(for: .milliseconds(20))
        let began = ContinuousClock.now
        opening.cancel()
        #expect(await opening.value.problem == .cancelled)
        print("let go after \(ContinuousClock.now - began)")
        #expect(unlock.session == nil)
        #expect(await unlock.unlock(passphrase: passphrase).problem == nil, "and the folder is free")
    }

    @MainActor @Test func aSyncTakesItsTurnFromAWatch() async throws {
        let relay = Scripted { _, _ in .fail(.network) }
        let session = try await session(relay)
        let slow = Scripted { _, _ in .never }
        let other = try await self.session(slow)
        let watching = Task { try await other.watch(60) }
        while slow.asked.value.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        let syncing = Task { try await other.sync() }
        while slow.asked.value.count < 2 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(slow.givenUp.value >= 1, "the watch stepped back")
        for task in [watching, syncing] {
            task.cancel()
            _ = await task.result
        }
        // A sync that waits for its turn can be cancelled too.
        let holding = Task { try await other.sync() }
        while slow.asked.value.count < 3 { try await Task.sleep(for: .milliseconds(5)) }
        let queued = Task { try await other.sync() }
        try await Task.sleep(for: .milliseconds(20))
        let began = ContinuousClock.now
        queued.cancel()
        _ = await queued.result
        #expect(ContinuousClock.now - began < .seconds(5))
        holding.cancel()
        _ = await holding.result
        await #expect(throws: Problem("cli.network")) { try await session.sync() }
    }

    @MainActor @Test func answersThatMakeNoSenseAreShown() async throws {
        for (status, body) in [(UInt16(200), "{"), (200, ""), (500, "<html>"), (404, "{}"), (302, ""), (429, "{}")] {
            let relay = Scripted { turn, _ in turn > 4 ? .fail(.network) : .answer(status, body) }
            let home = HomeModel(try await session(relay))
            // The core would try again for as long as it is let.
            let syncing = Task { await home.sync() }
            while relay.asked.value.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            try await Task.sleep(for: .milliseconds(100))
            syncing.cancel()
            _ = await syncing.value
            #expect(home.state.content.profile?.stage == "founding", "\(status) \(body)")
            #expect(await home.load().problem == nil)
        }
    }

    @MainActor @Test func aFullStorageChangesNothing() async throws {
        let (storage, setup) = (Full(), Setup(role: "patient", name: "Asha", relay: "http://127.0.0.1:9", token: nil))
        let platform = Platform(folder: folder.place("never"), relay: Scripted { _, _ in .fail(.network) })
        let created = try createVault(setup: setup, passphrase: passphrase, now: platform.clock.now())
        try created.vault.stored(generation: created.changes.generation)
        let home = HomeModel(Session(platform, created.vault, storage))
        #expect(await home.load().problem == nil)
        let before = home.state.content
        #expect(await home.sync().problem == Problem("cli.disk_full"))
        #expect(home.state.content == before)
        #expect(try await home.session.query { vault, _ in try vault.isBusy() } == false, "no change is outstanding")
    }

    /// The real client against a server that redirects, answers more than anybody may, or never answers.
    @MainActor @Test func theRealClientIsCareful() async throws {
        func ask(_ relay: HttpRelay, _ url: String) async -> Result<Answer, RelayFailure> {
            let request = Request(kind: "send", id: 1, method: "GET", url: url, headers: [], body: nil, until: 0, piece: nil)
            do throws(RelayFailure) { return .success(try await relay.send(request)) } catch { return .failure(error) }
        }
        let redirecting = try Listening { Data("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n".utf8) }
        #expect((try? await ask(HttpRelay(), redirecting.url).get())?.status == 302)
        let silent = try Listening { nil }
        #expect(await ask(HttpRelay(patience: 1), silent.url) == .failure(.timeout))
        let began = ContinuousClock.now
        let asking = Task { await ask(HttpRelay(), silent.url) }
        try await Task.sleep(for: .milliseconds(100))
        asking.cancel()
        #expect(await asking.value == .failure(.cancelled))
        #expect(ContinuousClock.now - began < .seconds(1))
        #expect(await ask(HttpRelay(), "http://127.0.0.1:9/") == .failure(.network))
        #expect(await ask(HttpRelay(), "not an address") == .failure(.network))
    }
}

/// A storage on a full disk.
private final class Full: Storage {
    func index() throws -> [Entry] { [] }
    func load(_ keys: [String]) throws -> [Entry] { keys.map { Entry(key: $0, value: nil) } }
    func store(_ changes: Changes) throws { throw Problem("cli.disk_full") }
    func replace(_ put: Put) throws { throw Problem("cli.disk_full") }
    var generation: UInt64 { 1 }
    func close() {}
}
