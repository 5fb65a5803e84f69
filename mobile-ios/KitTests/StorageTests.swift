import Foundation
import SatchelCore
import Testing

@testable import SatchelKit

/// What stands for a crash: everything after it does not happen.
private struct Crash: Error {}

@Suite("Storage") struct StorageTests {
    let folder: Folder
    private var place: URL { folder.place("vault") }

    init() throws { folder = try Folder() }

    private func changes(_ generation: UInt64, puts: [String: String], deletes: [String] = []) -> Changes {
        let puts = puts.sorted { $0.key < $1.key }.map { Put(key: $0.key, value: Data($0.value.utf8)) }
        return Changes(generation: generation, puts: puts, deletes: deletes, created: nil, show: [])
    }

    private func texts(_ storage: FileStorage, _ keys: String...) throws -> [String?] {
        try storage.load(keys).map { $0.value.map { String(decoding: $0, as: UTF8.self) } }
    }

    private func code(_ body: () throws -> Void) -> String? {
        do { try body() } catch { return Problem(error).code }
        return nil
    }

    @Test func entriesOutliveTheProcess() throws {
        #expect(!FileStorage.exists(place))
        let first = try FileStorage.create(place)
        try first.store(changes(1, puts: ["h": "header", "i-1": "index", "d-1": "data", "d-2": "more"]))
        try first.store(changes(2, puts: ["d-1": "new"], deletes: ["d-2", "d-9"]))
        first.close()
        #expect(FileStorage.exists(place))
        let again = try FileStorage.open(place)
        #expect(again.generation == 2)
        #expect(try again.index().map(\.key) == ["h", "i-1"])
        #expect(try texts(again, "d-1", "d-2", "d-3") == ["new", nil, nil])
    }

    @Test func aChangeIsTakenOnlyOverTheGenerationBefore() throws {
        let storage = try FileStorage.create(place)
        #expect(code { try storage.store(changes(2, puts: ["h": "x"])) } == "vault.conflict")
        try storage.store(changes(1, puts: ["h": "x"]))
        #expect(code { try storage.store(changes(1, puts: ["h": "y"])) } == "vault.conflict")
        #expect(try texts(storage, "h") == ["x"])
    }

    @Test func oneWriterOnly() throws {
        let storage = try FileStorage.create(place)
        try storage.store(changes(1, puts: ["h": "x"]))
        #expect(code { _ = try FileStorage.open(place) } == "cli.locked")
        #expect(code { _ = try FileStorage.create(place) } == "cli.locked")
        storage.close()
        #expect(code { try storage.store(changes(2, puts: ["h": "y"])) } == "vault.conflict")
        #expect(code { _ = try storage.load(["h"]) } == "vault.conflict")
        #expect(code { _ = try FileStorage.create(place) } == "cli.exists")
        let again = try FileStorage.open(place)
        #expect(again.generation == 1)
    }

    @Test func aFolderWithoutVaultIsSaidToBeOne() throws {
        #expect(code { _ = try FileStorage.open(place) } == "cli.no_vault")
        // Made, but ended before its first change: it can be made again.
        try FileStorage.create(place).close()
        #expect(!FileStorage.exists(place))
        #expect(code { _ = try FileStorage.open(place) } == "cli.no_vault")
        try FileStorage.create(place).store(changes(1, puts: ["h": "x"]))
        #expect(FileStorage.exists(place))
    }

    @Test func onlyTheOwnerCanRead() throws {
        let storage = try FileStorage.create(place)
        try storage.store(changes(1, puts: ["h": "x"]))
        func access(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: place.appendingPathComponent(path).path)[.posixPermissions] as? Int
        }
        #expect(try access("") == 0o700)
        #expect(try access("entries") == 0o700)
        for file in ["entries/h", "generation", "lock"] { #expect(try access(file) == 0o600) }
    }

    @Test func aNameCannotLeaveTheFolder() throws {
        let storage = try FileStorage.create(place)
        for name in ["../h", "a/b", "", ".new", String(repeating: "d", count: 300)] {
            #expect(code { try storage.store(changes(1, puts: [name: "x"])) } == "cli.store", "\(name)")
            #expect(code { try storage.store(changes(1, puts: ["h": "x"], deletes: [name])) } == "cli.store", "\(name)")
            #expect(code { _ = try storage.load([name]) } == "cli.store", "\(name)")
        }
        #expect(storage.generation == 0)
    }

    @Test func theHeaderIsReplacedOutsideTheCount() throws {
        let storage = try FileStorage.create(place)
        try storage.store(changes(1, puts: ["h": "old"]))
        try storage.replace(Put(key: "h", value: Data("new".utf8)))
        storage.close()
        let again = try FileStorage.open(place)
        #expect(again.generation == 1)
        #expect(try texts(again, "h") == ["new"])
    }

    /// Cut at every single step: what is found afterwards is the state before or the state after, never between.
    @Test func aCrashAtAnyStepLeavesOneStateOrTheOther() throws {
        var (before, after, step) = (0, 0, 0)
        while true {
            step += 1
            let place = folder.place("vault-\(step)")
            let storage = try FileStorage.create(place)
            try storage.store(changes(1, puts: ["h": "header", "d-1": "old", "d-2": "old"]))
            var left = step
            storage.afterStep = { _ in
                left -= 1
                if left == 0 { throw Crash() }
            }
            let finished = (try? storage.store(changes(2, puts: ["d-1": "new", "d-3": "new"], deletes: ["d-2"]))) != nil
            storage.close()
            let again = try FileStorage.open(place)
            let found = try texts(again, "h", "d-1", "d-2", "d-3")
            switch again.generation {
            case 1:
                #expect(found == ["header", "old", "old", nil], "step \(step)")
                before += 1
            default:
                #expect(again.generation == 2)
                #expect(found == ["header", "new", nil, "new"], "step \(step)")
                after += 1
            }
            let next = again.generation + 1
            try again.store(changes(next, puts: ["d-1": "newer"]))
            #expect(try texts(again, "d-1") == ["newer"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).sorted() == ["entries", "generation", "lock"])
            if finished { break }
        }
        #expect(before == 1 && after == 7, "one step before the decision, six after it, and one that was not cut")
    }

    /// A change that is decided but not done may not be written over.
    @Test func afterACrashInTheMiddleTheFolderMustBeOpenedAgain() throws {
        let storage = try FileStorage.create(place)
        try storage.store(changes(1, puts: ["h": "x"]))
        storage.afterStep = { if $0 == .journalNamed { throw Crash() } }
        #expect(throws: Crash.self) { try storage.store(changes(2, puts: ["h": "y"])) }
        storage.afterStep = nil
        #expect(code { try storage.store(changes(2, puts: ["h": "z"])) } == "vault.conflict")
        #expect(try texts(FileStorage.open(place), "h") == ["y"])
    }

    @Test func damageIsSeen() throws {
        let storage = try FileStorage.create(place)
        try storage.store(changes(1, puts: ["h": "x"]))
        storage.afterStep = { if $0 == .journalNamed { throw Crash() } }
        try? storage.store(changes(2, puts: ["h": "y"], deletes: ["d-1"]))
        let file = place.appendingPathComponent("journal")
        let whole = try Data(contentsOf: file)
        for length in 0..<whole.count {
            try whole.prefix(length).write(to: file)
            #expect(code { _ = try FileStorage.open(place) } == "cli.store", "\(length) bytes")
        }
        try (whole + Data("x".utf8)).write(to: file)
        #expect(code { _ = try FileStorage.open(place) } == "cli.store")
        try whole.write(to: file)
        #expect(try texts(FileStorage.open(place), "h") == ["y"])
        try Data("satchel store 2\n2\n".utf8).write(to: place.appendingPathComponent("generation"))
        #expect(code { _ = try FileStorage.open(place) } == "cli.store")
    }

    /// What a crash left half written is neither read nor kept.
    @Test func leftoversAreRemoved() throws {
        let storage = try FileStorage.create(place)
        try storage.store(changes(1, puts: ["h": "x"]))
        storage.close()
        for name in ["journal.new", "entries/.new"] { try Data("half".utf8).write(to: place.appendingPathComponent(name)) }
        let again = try FileStorage.open(place)
        #expect(try again.index().map(\.key) == ["h"])
        for name in ["journal.new", "entries/.new"] {
            #expect(!FileManager.default.fileExists(atPath: place.appendingPathComponent(name).path))
        }
    }
}
