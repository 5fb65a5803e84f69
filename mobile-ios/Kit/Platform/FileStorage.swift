import Foundation
import SatchelCore

/// The shipped storage: a folder under an exclusive lock, one file an entry.
///
/// A change is first written down whole as a journal; giving that file its name is the moment from which the change is made. Then it is
/// carried out, and the journal removed. Whoever opens the folder after a crash finds no journal (nothing happened) or a whole one
/// (it is carried out again, which changes nothing twice). Every name is given to a finished file, forced to the disk.
public final class FileStorage: Storage {
    /// The places where a crash is tried.
    package enum Step: Equatable, Sendable { case journalWritten, journalNamed, entry, generation, journalRemoved }

    private let folder: URL
    private var lock: Int32?
    public private(set) var generation: UInt64 = 0
    package var afterStep: ((Step) throws -> Void)?

    private var entries: URL { folder.appendingPathComponent("entries", isDirectory: true) }
    private var counter: URL { folder.appendingPathComponent("generation") }
    private var journal: URL { folder.appendingPathComponent("journal") }
    private static let version = "satchel store 1"

    private static let death = Death()

    /// Makes this process end, as by `kill -9`, in the middle of the write of that number from now on. For tests alone.
    package static func dieWithin(_ writes: Int) {
        death.after(writes)
    }

    /// Whether a vault is there. One whose making was cut short before its first change is none.
    public static func exists(_ folder: URL) -> Bool {
        if FileManager.default.fileExists(atPath: folder.appendingPathComponent("journal").path) { return true }
        let counter = folder.appendingPathComponent("generation")
        return ((try? Disk.read(counter)) ?? nil).map { $0 != text(of: 0) } ?? false
    }

    /// Makes an empty folder for a new vault: `cli.exists` when there is one already.
    public static func create(_ folder: URL) throws -> FileStorage {
        try Disk.makeFolder(folder)
        let storage = try FileStorage(locking: folder)
        guard !exists(folder) else { throw Problem("cli.exists", ["path": folder.lastPathComponent]) }
        try Disk.makeFolder(storage.entries)
        try storage.count(0)
        return storage
    }

    /// Opens the folder of a vault, and carries out a change that a crash has interrupted.
    public static func open(_ folder: URL) throws -> FileStorage {
        guard exists(folder) else { throw Problem("cli.no_vault", ["path": folder.lastPathComponent]) }
        let storage = try FileStorage(locking: folder)
        try storage.recover()
        return storage
    }

    private init(locking folder: URL) throws {
        self.folder = folder
        lock = try Disk.lock(folder.appendingPathComponent("lock"))
    }

    deinit { close() }

    public func close() {
        if let lock { Disk.unlock(lock) }
        lock = nil
    }

    public func index() throws -> [Entry] {
        try checkOpen()
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: entries.path) else { throw Problem("cli.store") }
        return try load(names.filter { $0.first == "h" || $0.first == "i" }.sorted())
    }

    public func load(_ keys: [String]) throws -> [Entry] {
        try checkOpen()
        return try keys.map { Entry(key: $0, value: try Disk.read(place($0))) }
    }

    public func store(_ changes: Changes) throws {
        try checkOpen()
        guard changes.generation == generation + 1 else { throw Problem("vault.conflict") }
        let change = Journal(changes)
        for key in change.puts.map(\.key) + change.deletes { _ = try place(key) }
        let fresh = folder.appendingPathComponent("journal.new")
        do {
            try Disk.write(change.bytes, to: fresh)
            if Self.death.due() { Disk.die() }
            try afterStep?(.journalWritten)
            try Disk.rename(fresh, to: journal)
        } catch {
            try? Disk.remove(fresh)
            throw error
        }
        do {
            try Disk.sync(folder)
            try afterStep?(.journalNamed)
            try carryOut(change)
        } catch {
            // The change is decided but not done, so nothing may be written over it: the folder must be opened again.
            close()
            throw error is Problem ? Problem("vault.conflict") : error
        }
    }

    public func replace(_ put: Put) throws {
        try checkOpen()
        try write(put)
        try Disk.sync(entries)
    }

    private func recover() throws {
        guard let text = try Disk.read(counter).flatMap({ String(data: $0, encoding: .utf8) }) else { throw Problem("cli.store") }
        let lines = text.split(separator: "\n")
        guard lines.count == 2, lines[0] == Self.version, let number = UInt64(lines[1]) else { throw Problem("cli.store") }
        generation = number
        try Disk.remove(folder.appendingPathComponent("journal.new"))
        for name in (try? FileManager.default.contentsOfDirectory(atPath: entries.path)) ?? [] where name.hasPrefix(".") {
            try Disk.remove(entries.appendingPathComponent(name))
        }
        guard let bytes = try Disk.read(journal) else { return }
        let change = try Journal(bytes: bytes)
        // The generation is counted before the journal goes, so one that is counted already was carried out.
        guard change.generation == generation || change.generation == generation + 1 else { throw Problem("cli.store") }
        try carryOut(change)
    }

    /// Does what a journal says; doing it twice changes nothing.
    private func carryOut(_ change: Journal) throws {
        for put in change.puts {
            try write(put)
            try afterStep?(.entry)
        }
        for key in change.deletes {
            try Disk.remove(place(key))
            try afterStep?(.entry)
        }
        try Disk.sync(entries)
        try count(change.generation)
        try afterStep?(.generation)
        try Disk.remove(journal)
        try afterStep?(.journalRemoved)
        try Disk.sync(folder)
    }

    private func write(_ put: Put) throws {
        let fresh = entries.appendingPathComponent(".new")
        try Disk.write(put.value, to: fresh)
        try Disk.rename(fresh, to: place(put.key))
    }

    private func count(_ number: UInt64) throws {
        let fresh = folder.appendingPathComponent("generation.new")
        try Disk.write(Self.text(of: number), to: fresh)
        try Disk.rename(fresh, to: counter)
        try Disk.sync(folder)
        generation = number
    }

    private static func text(of generation: UInt64) -> Data {
        Data("\(version)\n\(generation)\n".utf8)
    }

    /// Where an entry lies. Names come from the core; one that could leave the folder is refused all the same.
    private func place(_ key: String) throws -> URL {
        let plain = key.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f }
        guard plain, !key.isEmpty, key.utf8.count <= 200 else { throw Problem("cli.store") }
        return entries.appendingPathComponent(key)
    }

    private func checkOpen() throws {
        guard lock != nil else { throw Problem("vault.conflict") }
    }
}

/// Counts down to the write in which the process ends.
private final class Death: @unchecked Sendable {
    private let lock = NSLock()
    private var left = 0

    func after(_ writes: Int) { lock.withLock { left = writes } }

    func due() -> Bool {
        lock.withLock {
            guard left > 0 else { return false }
            left -= 1
            return left == 0
        }
    }
}
