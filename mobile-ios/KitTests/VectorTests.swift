import Foundation
import SatchelProbe
import SatchelCore
import Testing

/// All of `tests/vectors` through the binding: the same answer, the same code for every refusal. What is random in life is prescribed by the
/// cases, so that seals are equal byte for byte, and other seals are opened.
@Suite("Vectors") struct VectorTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("tests/vectors")

    private static func run(_ op: String, _ input: Any) throws -> NSDictionary {
        let json = try JSONSerialization.data(withJSONObject: input, options: .fragmentsAllowed)
        let text = String(decoding: json, as: UTF8.self)
        var answer = runVector(op: op, json: text)
        // Operations on secrets are in no shipped library; the one that tests load has them beside the binding.
        if answer == #"{"code":"vector.unknown"}"# {
            let probed = try #require(satchel_probe_vector(op, text), "\(op) panicked")
            defer { satchel_probe_free(probed) }
            answer = String(cString: probed)
        }
        return try #require(try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? NSDictionary)
    }

    static let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?.filter { $0.hasSuffix(".json") }.sorted() ?? []

    @Test(arguments: files) func everyCaseIsJudgedAsWritten(_ file: String) throws {
        let text = try Data(contentsOf: Self.folder.appendingPathComponent(file))
        let cases = try #require(try JSONSerialization.jsonObject(with: text) as? [[String: Any]])
        var (accepted, refused) = (0, 0)
        for one in cases {
            let op = try #require(one["op"] as? String)
            let expected = try #require(one["expect"] as? NSDictionary)
            let answer = try Self.run(op, try #require(one["input"]))
            #expect(answer == expected, "\(file) \(op): \(one["name"] ?? "")")
            if expected["code"] == nil { accepted += 1 } else { refused += 1 }
        }
        #expect(accepted > 0 && cases.count > 10)
        print("vectors: \(file): \(accepted) accepted, \(refused) refused")
    }

    @Test func noFileIsLeftOut() { #expect(Self.files.count >= 27) }

    @Test func aCaseAtFaultIsToldFromARefusal() throws {
        #expect(try Self.run("no such operation", [String: String]()) == ["code": "vector.unknown"])
        #expect(runVector(op: "hash.parse", json: "{") == #"{"code":"vector.input"}"#)
    }
}
