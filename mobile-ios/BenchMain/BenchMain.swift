import Foundation
import SatchelCore
import SatchelKit

private let passphrase = "correct horse battery staple"
private let fixedNow: UInt64 = 1_790_000_000
private let taken = Data(#"{"success":true}"#.utf8)

/// What is measured, as `tests/benches/phones` says it: the same work as in native Rust, over the same stored vault and the same file.
@main
struct BenchMain {
    @MainActor static func main() async throws {
        let folder = URL(fileURLWithPath: CommandLine.arguments[1], isDirectory: true)
        let began = ContinuousClock.now
        _ = try? verifyExport(file: Data(), trusted: "", now: 1)
        say("ready \(nanoseconds(since: began))")
        let bench = try Bench(folder)
        defer { bench.remove() }
        while let line = readLine() { say(try await bench.play(line)) }
    }

    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data("\(line)\n".utf8))
    }
}

private func nanoseconds(since began: ContinuousClock.Instant) -> Int64 {
    let (seconds, attoseconds) = (ContinuousClock.now - began).components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
}

/// Something did not come to what it must.
private struct Wrong: Error {
    let why: String
    init(_ why: String) { self.why = why }
}

@MainActor
private final class Bench {
    private let file: URL
    private let stored: URL
    private let entries: [String: Data]
    private let index: [Entry]
    private var vault: Vault?
    private var sent = 0

    private var platform: Platform { Platform(folder: stored.appendingPathComponent("vault")) }

    init(_ folder: URL) throws {
        file = folder.appendingPathComponent("file")
        stored = FileManager.default.temporaryDirectory.appendingPathComponent("satchel-bench-\(UUID().uuidString)")
        entries = try Self.entries(folder.appendingPathComponent("entries"))
        index = entries.filter { !$0.key.hasPrefix("d") }.map { Entry(key: $0.key, value: $0.value) }
        try FileManager.default.createDirectory(at: stored, withIntermediateDirectories: true)
        let storage = try FileStorage.create(stored.appendingPathComponent("vault"))
        let puts = entries.map { Put(key: $0.key, value: $0.value) }
        try storage.store(Changes(generation: 1, puts: puts, deletes: [], created: nil, show: []))
        storage.close()
    }

    func remove() { try? FileManager.default.removeItem(at: stored) }

    func play(_ line: String) async throws -> String {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        switch words.first {
        case "open":
            let began = ContinuousClock.now
            let opened = try Vault.open(entries: index, passphrase: passphrase)
            let time = nanoseconds(since: began)
            vault = opened
            return "\(time) \(try opened.profile().blocks)"
        case "unlock":
            let began = ContinuousClock.now
            let session = try await Session.open(platform, passphrase: passphrase)
            let time = nanoseconds(since: began)
            let blocks = try await session.query { vault, _ in try vault.profile().blocks }
            await session.close()
            return "\(time) \(blocks)"
        case "list":
            let began = ContinuousClock.now
            let count = try opened().records(query: .everything).count
            return "\(nanoseconds(since: began)) \(count)"
        case "audit":
            try opened().forget()
            let began = ContinuousClock.now
            let checked = try audit()
            return "\(nanoseconds(since: began)) \(try whole(checked))"
        case "verify":
            let session = try await Session.open(platform, passphrase: passphrase)
            let began = ContinuousClock.now
            let checked = try await session.query { vault, _ in try vault.checkChain() }
            let time = nanoseconds(since: began)
            await session.close()
            return "\(time) \(try whole(checked))"
        case "seal":
            let vault = try Vault.open(entries: index, passphrase: passphrase)
            let began = ContinuousClock.now
            let sealed = try seal(vault)
            return "\(nanoseconds(since: began)) \(sealed)"
        case "send" where words.count == 2:
            return try await send(words[1])
        default:
            throw Wrong("`\(line)` is no word of the protocol")
        }
    }

    private static func entries(_ path: URL) throws -> [String: Data] {
        let bytes = try Data(contentsOf: path)
        var (all, at): ([String: Data], Int) = ([:], 0)
        func take() -> Data {
            let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
            defer { at += 4 + length }
            return Data(bytes[at + 4..<at + 4 + length])
        }
        while at < bytes.count { all[String(decoding: take(), as: UTF8.self)] = take() }
        return all
    }

    private func opened() throws -> Vault {
        guard let vault else { throw Wrong("nothing was opened") }
        return vault
    }

    private func audit() throws -> Checked {
        while true {
            do {
                return try opened().checkChain()
            } catch let VaultError.Refused(_, _, _, need) where !need.isEmpty {
                try opened().provide(entries: need.map { Entry(key: $0, value: entries[$0]) })
            }
        }
    }

    private func whole(_ checked: Checked) throws -> UInt32 {
        guard checked.bad == nil else { throw Wrong("a bad block") }
        return checked.blocks
    }

    private func draft() throws -> FileDraft {
        let size = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? NSNumber
        return FileDraft(
            name: "scan.bin", mediaType: "application/octet-stream", size: size?.uint64Value ?? 0, source: file.path)
    }

    private func seal(_ vault: Vault) throws -> Int {
        func keep(_ changes: Changes) throws {
            if !changes.puts.isEmpty || !changes.deletes.isEmpty { try vault.stored(generation: changes.generation) }
        }
        try keep(vault.addFile(draft: draft(), now: fixedNow))
        try vault.carryFiles(ready: true)
        let source = try FileHandle(forReadingFrom: file)
        var sealed = 0
        while true {
            let request = try vault.nextRequest(now: fixedNow)
            if let piece = request.piece {
                try source.seek(toOffset: piece.offset)
                let bytes = try source.read(upToCount: Int(piece.length)) ?? Data()
                if piece.sealing { sealed += bytes.count }
                try keep(vault.givePiece(upload: piece.upload, index: piece.index, bytes: bytes, now: fixedNow))
            } else if request.kind != "send" {
                guard try vault.files().isEmpty else { throw Wrong("not all parts were taken") }
                return sealed
            } else if request.url.contains("/blobs/") {
                guard let body = request.body, !body.isEmpty else { throw Wrong("an empty part") }
                try keep(vault.onResponse(id: request.id, status: 201, headers: [], body: taken, now: fixedNow))
            }
            // Anything else is left without an answer, as by a slow relay.
        }
    }

    private func send(_ relay: String) async throws -> String {
        sent += 1
        let sender = Platform(folder: stored.appendingPathComponent("sender-\(sent)"))
        let setup = Setup(role: "patient", name: "Bench", relay: relay, token: nil)
        let session = try await Session.create(sender, setup: setup, passphrase: passphrase)
        try await session.sync()
        let draft = try draft()
        let began = ContinuousClock.now
        try await session.command { try $0.addFile(draft: draft, now: $1) }
        try await session.carry()
        let time = nanoseconds(since: began)
        let (left, filed) = try await session.query { vault, _ in (try vault.files(), try vault.records(query: .everything)) }
        await session.close()
        guard left.isEmpty else { throw Wrong("not all of the file was sent") }
        return "\(time) \(filed.count == 1 ? draft.size : 0)"
    }
}
