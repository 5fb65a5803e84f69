import Foundation
import SatchelCore
import Testing

@testable import SatchelKit

let passphrase = "correct horse battery"

/// Somebody with a vault, who does everything through view models.
@MainActor
final class Person {
    let folder: Folder
    let platform: Platform
    private(set) var session: Session

    private init(_ folder: Folder, _ platform: Platform, _ session: Session) {
        (self.folder, self.platform, self.session) = (folder, platform, session)
    }

    static func create(_ role: String, _ name: String, _ relay: String) async throws -> Person {
        let folder = try Folder()
        let platform = Platform(folder: folder.place("vault"))
        let model = CreateModel(platform)
        let outcome = await model.create(role: role, name: name, relay: relay, passphrase: passphrase)
        try #require(outcome.problem == nil)
        try #require(model.state.content.kit.first?.split(separator: " ").count == 24)
        #expect(await model.forgetKit().problem == nil)
        #expect(model.state.content.kit == [])
        let person = Person(folder, platform, try #require(model.session))
        try await person.sync()
        return person
    }

    func sync() async throws {
        let home = HomeModel(session)
        try #require(await home.sync().problem == nil)
    }

    /// A restart: everything in memory is gone, the vault is opened from its storage.
    func restart() async throws {
        await session.close()
        let door = UnlockModel(platform)
        _ = await door.load()
        try #require(door.state.content.exists == true)
        try #require(await door.unlock(passphrase: passphrase).problem == nil)
        session = try #require(door.session)
    }
}

@MainActor
func syncAll(_ people: Person...) async throws {
    for person in people { try await person.sync() }
}

/// A value from JSON text: drafts have many members that are rarely named.
func value<T: Decodable>(_ json: String, as type: T.Type = T.self) throws -> T {
    try JSONDecoder().decode(type, from: Data(json.utf8))
}
