import Foundation
import SatchelCore

/// One change as it is written down before it is carried out.
struct Journal: Equatable {
    var generation: UInt64
    var puts: [Put]
    var deletes: [String]

    init(_ changes: Changes) {
        (generation, puts, deletes) = (changes.generation, changes.puts, changes.deletes)
    }

    private static let magic = Data("satchel journal 1\n".utf8)
    private static let end = Data("end\n".utf8)

    var bytes: Data {
        var bytes = Self.magic
        func number(_ value: UInt64) { withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0) } }
        func block(_ data: Data) {
            number(UInt64(data.count))
            bytes.append(data)
        }
        number(generation)
        number(UInt64(puts.count))
        for put in puts {
            block(Data(put.key.utf8))
            block(put.value)
        }
        number(UInt64(deletes.count))
        for key in deletes { block(Data(key.utf8)) }
        bytes.append(Self.end)
        return bytes
    }

    /// Reads a journal; one that is not whole is damage, since a journal gets its name only when it is.
    init(bytes: Data) throws {
        var rest = bytes[...]
        func take(_ count: UInt64) throws -> Data {
            guard count <= UInt64(rest.count) else { throw Problem("cli.store") }
            defer { rest = rest.dropFirst(Int(count)) }
            return Data(rest.prefix(Int(count)))
        }
        func number() throws -> UInt64 { try take(8).reduce(0) { $0 << 8 | UInt64($1) } }
        func text() throws -> String {
            guard let text = String(data: try take(number()), encoding: .utf8) else { throw Problem("cli.store") }
            return text
        }
        guard try take(UInt64(Self.magic.count)) == Self.magic else { throw Problem("cli.store") }
        generation = try number()
        puts = []
        for _ in 0..<(try number()) { puts.append(Put(key: try text(), value: try take(number()))) }
        deletes = []
        for _ in 0..<(try number()) { deletes.append(try text()) }
        guard Data(rest) == Self.end else { throw Problem("cli.store") }
    }
}
