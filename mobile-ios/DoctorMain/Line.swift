import Foundation

/// One line of the protocol: an action's name and its parameters.
struct Line: @unchecked Sendable {
    /// The line is no object, names no action, or a parameter does not fit.
    struct Unfit: Error {}

    let action: String
    private let members: [String: Any]

    init?(_ text: String) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any],
            let action = object["do"] as? String
        else { return nil }
        (self.action, members) = (action, object)
    }

    func value<T: Decodable>(_ name: String, _ type: T.Type = T.self) throws -> T {
        guard let value = try maybe(name, type) else { throw Unfit() }
        return value
    }

    /// A parameter that may be left out.
    func maybe<T: Decodable>(_ name: String, _ type: T.Type = T.self) throws -> T? {
        guard let member = members[name], !(member is NSNull) else { return nil }
        return try Self.decode(member, filling: 0)
    }

    /// A list that may be left out.
    func list<T: Decodable>(_ name: String, _ type: T.Type = T.self) throws -> [T] {
        try maybe(name, [T].self) ?? []
    }

    /// Lists that are left out are empty, truth values false: whatever a type misses is filled in, first as a list, then as a truth value.
    private static func decode<T: Decodable>(_ value: Any, filling turn: Int) throws -> T {
        // Texts and numbers alone are no JSON documents everywhere.
        let document = try JSONSerialization.data(withJSONObject: ["value": value])
        do {
            guard let decoded = try JSONDecoder().decode([String: T].self, from: document)["value"] else { throw Unfit() }
            return decoded
        } catch let DecodingError.keyNotFound(key, context) where turn < 64 {
            return try decode(filled(value, context.codingPath.dropFirst() + [key], with: [Any]()), filling: turn + 1)
        } catch let DecodingError.typeMismatch(type, context) where turn < 64 && type == Bool.self {
            return try decode(filled(value, context.codingPath.dropFirst()[...], with: false), filling: turn + 1)
        }
    }

    /// The value with a member set, which must have been missing or filled in as an empty list.
    private static func filled(_ value: Any, _ path: ArraySlice<any CodingKey>, with filler: Any) throws -> Any {
        guard let key = path.first else {
            guard (value as? [Any])?.isEmpty ?? false else { throw Unfit() }
            return filler
        }
        if let place = key.intValue, var list = value as? [Any], list.indices.contains(place) {
            list[place] = try filled(list[place], path.dropFirst(), with: filler)
            return list
        }
        guard var object = value as? [String: Any] else { throw Unfit() }
        object[key.stringValue] = try filled(object[key.stringValue] ?? [Any](), path.dropFirst(), with: filler)
        return object
    }
}
