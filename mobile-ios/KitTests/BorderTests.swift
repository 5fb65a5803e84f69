import Foundation
import SatchelCore
import SatchelProbe
import Testing

@testable import SatchelKit

/// What the border to the core promises. One after the other, since handles are counted over the whole process.
@Suite("Border", .serialized) struct BorderTests {
    private func make() throws -> (vault: Vault, entries: [Entry]) {
        let setup = Setup(role: "patient", name: "Asha", relay: "http://127.0.0.1:9", token: nil)
        let created = try createVault(setup: setup, passphrase: passphrase, now: Clock().now())
        try created.vault.stored(generation: created.changes.generation)
        return (created.vault, created.changes.puts.map { Entry(key: $0.key, value: $0.value) })
    }

    private func code(_ body: () throws -> Void) -> String? {
        do { try body() } catch VaultError.Refused(let code, _, _, _) { return code } catch { return "internal" }
        return nil
    }

    @Test func aPanicArrivesAsAnErrorAndTheVaultOpensAgain() async throws {
        let folder = try Folder()
        let platform = Platform(folder: folder.place("vault"))
        let setup = Setup(role: "patient", name: "Asha", relay: "http://127.0.0.1:9", token: nil)
        let session = try await Session.create(platform, setup: setup, passphrase: passphrase)
        let home = await HomeModel(session)
        #expect(await home.load().problem == nil)
        satchel_probe_panic()
        #expect(await home.retry().problem == Problem("other"))
        #expect(await home.state.content.profile?.name == "Asha", "what was known stays on the screen")
        #expect(await home.load().problem == Problem("vault.conflict"))
        #expect(await home.sync().problem == Problem("vault.conflict"))
        await session.close()
        let again = try await Session.open(platform, passphrase: passphrase)
        #expect(try await again.query { vault, _ in try vault.profile() }.name == "Asha")
    }

    @Test func errorsAreFlatAndNameTheirCode() throws {
        let (vault, entries) = try make()
        #expect(code { _ = try vault.record(id: "00", now: 1) } != nil)
        #expect(code { _ = try Vault.open(entries: entries, passphrase: "wrong") } == "entry.passphrase")
        var damaged = entries
        let place = try #require(damaged.firstIndex { $0.key.hasPrefix("i") })
        let middle = (damaged[place].value?.count ?? 0) / 2
        damaged[place].value?[middle] ^= 1
        #expect(code { _ = try Vault.open(entries: damaged, passphrase: passphrase) } == "entry.damaged")
        #expect(code { _ = try createVault(setup: Setup(role: "nobody", name: "A", relay: "http://127.0.0.1:9", token: nil), passphrase: passphrase, now: 1) } != nil)
    }

    /// A hundred vaults opened and given back leave no handle and no memory behind.
    @Test func aHundredLivesLeaveNothingBehind() throws {
        func life(_ entries: [Entry]) throws {
            let vault = try Vault.open(entries: entries, passphrase: passphrase)
            #expect(try vault.profile().name == "Asha")
            _ = try vault.records(query: .everything)
            #expect(code { _ = try vault.record(id: "00", now: 1) } != nil)
        }
        let entries = try make().entries
        let alive = satchel_probe_live()
        for _ in 0..<3 { try life(entries) }
        let held = satchel_probe_allocated()
        for _ in 0..<100 { try life(entries) }
        #expect(satchel_probe_live() == alive)
        #expect(satchel_probe_allocated() <= held + 4096, "\(held) bytes before, \(satchel_probe_allocated()) after")
        let vault = try Vault.open(entries: entries, passphrase: passphrase)
        #expect(satchel_probe_live() == alive + 1 && satchel_probe_allocated() > held)
        withExtendedLifetime(vault) {}
    }

    /// Calls from several threads wait for each other.
    @Test func manyThreadsAtOnce() async throws {
        let (vault, _) = try make()
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<50 { group.addTask { try vault.profile().name } }
            for try await name in group { #expect(name == "Asha") }
        }
    }
}
