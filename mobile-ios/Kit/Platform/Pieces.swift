import Foundation
import SatchelCore

/// Files on this device, read piece by piece on the vault's request. The one that was read last stays open.
struct PieceReader {
    private var open: (path: String, file: FileHandle)?

    static func size(of path: String) -> UInt64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard attributes?[.type] as? FileAttributeType == .typeRegular else { return nil }
        return (attributes?[.size] as? NSNumber)?.uint64Value
    }

    /// The bytes, or what the vault is told: `file.vanished`, `file.unreadable`, `file.changed`.
    mutating func read(_ piece: PieceRequest) -> Result<Data, Problem> {
        // A file that was moved away while it is open is as gone as any other: a restart would not find it.
        guard FileManager.default.fileExists(atPath: piece.source) else { return missed("file.vanished") }
        guard Self.size(of: piece.source) == piece.size else { return missed("file.changed") }
        if open?.path != piece.source {
            try? open?.file.close()
            open = FileHandle(forReadingAtPath: piece.source).map { (piece.source, $0) }
        }
        guard let file = open?.file, (try? file.seek(toOffset: piece.offset)) != nil,
            let bytes = try? file.read(upToCount: Int(piece.length)) ?? Data()
        else { return missed("file.unreadable") }
        return bytes.count == Int(piece.length) ? .success(bytes) : missed("file.changed")
    }

    private mutating func missed(_ code: String) -> Result<Data, Problem> {
        try? open?.file.close()
        open = nil
        return .failure(Problem(code))
    }
}

/// A file on its way to this device.
///
/// Invariant: it carries its final name only after the vault said that it is the signed one; until then it ends in `.part`, and a later
/// fetch goes on from there.
struct PieceWriter {
    /// Bytes of a whole piece.
    private static let piece: UInt64 = 1 << 20

    private let part: URL
    private let path: URL
    private let file: FileHandle

    /// Opens `path.part`; what an earlier fetch left there in whole pieces is brought to the vault.
    init(_ path: URL, vault: Vault, download: String) throws {
        self.path = path
        part = path.appendingPathExtension("part")
        if !FileManager.default.fileExists(atPath: part.path) { try Disk.write(Data(), to: part) }
        guard let opened = FileHandle(forUpdatingAtPath: part.path) else { throw Problem("cli.file") }
        file = opened
        let size = try vault.downloadState(downloadId: download).size
        let here = PieceReader.size(of: part.path) ?? 0
        var kept: UInt64 = 0
        while here <= size, kept + Self.piece <= here, let bytes = try file.read(upToCount: Int(Self.piece)) {
            try vault.foundPiece(downloadId: download, index: kept / Self.piece, bytes: bytes)
            kept += Self.piece
        }
        try file.truncate(atOffset: kept)
    }

    func write(_ piece: FilePiece) throws {
        do {
            try file.seek(toOffset: piece.offset)
            try file.write(contentsOf: piece.bytes)
        } catch {
            let full = (error as? CocoaError)?.code == .fileWriteOutOfSpace
            throw Problem(full ? "cli.disk_full" : "cli.file")
        }
    }

    /// The file gets its name.
    func finish() throws {
        try file.synchronize()
        try file.close()
        try Disk.rename(part, to: path)
    }

    /// What was fetched is not the file: nothing of it stays.
    func discard() throws {
        try? file.close()
        try Disk.remove(part)
    }
}
