import Foundation
import SatchelCore
import SatchelKit

/// Plays one person by the line protocol of `bindings/NAMES.md`, through view models alone.
@MainActor
final class Player {
    private let platform: Platform
    private let create: CreateModel
    private let recover: RecoverModel
    private let unlock: UnlockModel
    private var session: Session?
    private var models: [String: any Sendable] = [:]

    init(_ folder: URL) {
        platform = Platform(folder: folder)
        (create, recover, unlock) = (CreateModel(platform), RecoverModel(platform), UnlockModel(platform))
    }

    /// The answer to one line.
    func answer(_ line: Line) async -> Data {
        do {
            return try await act(line)
        } catch {
            return Data(#"{"error":"main.line"}"#.utf8)
        }
    }

    private func act(_ line: Line) async throws -> Data {
        if line.action == "kill.after" {
            FileStorage.dieWithin(try line.value("stores", Int.self))
            return Data(#"{"ok":{}}"#.utf8)
        }
        let words = line.action.split(separator: ".").map(String.init)
        guard words.count == 2 else { throw Line.Unfit() }
        switch words[0] {
        case "create": return try await play(create, line)
        case "recover": return try await play(recover, line)
        case "unlock": return try await play(unlock, line)
        default: break
        }
        guard let open = unlock.session ?? create.session ?? recover.session else { throw Line.Unfit() }
        if open !== session { (session, models) = (open, [:]) }
        switch words[0] {
        case "home": return try await play(model(HomeModel.init, open), line)
        case "timeline": return try await play(model(TimelineModel.init, open), line)
        case "result": return try await play(model(ResultModel.init, open), line)
        case "medicines": return try await play(model(MedicinesModel.init, open), line)
        case "appointments": return try await play(model(AppointmentsModel.init, open), line)
        case "share": return try await play(model(ShareModel.init, open), line)
        case "grants": return try await play(model(GrantsModel.init, open), line)
        case "receipts": return try await play(model(ReceiptsModel.init, open), line)
        case "blocks": return try await play(model(BlocksModel.init, open), line)
        case "scan": return try await play(model(ScanModel.init, open), line)
        case "patients": return try await play(model(PatientsModel.init, open), line)
        case "write": return try await play(model(WriteModel.init, open), line)
        case "laboratory": return try await play(model(LaboratoryModel.init, open), line)
        case "own": return try await play(model(OwnModel.init, open), line)
        case "corrections": return try await play(model(CorrectionsModel.init, open), line)
        case "drafts": return try await play(model(DraftsModel.init, open), line)
        case "devices": return try await play(model(DevicesModel.init, open), line)
        case "deletion": return try await play(model(DeletionModel.init, open), line)
        case "upload": return try await play(model(UploadModel.init, open), line)
        case "attachment": return try await play(model(AttachmentModel.init, open), line)
        case "import": return try await play(model(ImportModel.init, open), line)
        case "export": return try await play(model(ExportModel.init, open), line)
        case "trust": return try await play(model(TrustModel.init, open), line)
        default: throw Line.Unfit()
        }
    }

    /// The feature's view model over the vault that is open now.
    private func model<Model: Sendable>(_ make: (Session) -> Model, _ session: Session) -> Model {
        let name = String(describing: Model.self)
        if let made = models[name] as? Model { return made }
        let made = make(session)
        models[name] = made
        return made
    }

    private func play<Content: Encodable>(_ model: some Playable<Content>, _ line: Line) async throws -> Data {
        let told = model.state.shown.count
        let action = String(line.action.split(separator: ".")[1])
        let outcome = try await model.play(action, line)
        if let problem = outcome.problem { return try JSONEncoder().encode(Refused(error: problem.code, params: problem.params)) }
        let shown = model.state.shown.dropFirst(told).map { show in
            let params = Dictionary(show.params.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
            return Told(kind: show.kind, subject: show.subject, params: params)
        }
        let (state, created) = (model.state, outcome.created)
        let done = Done(
            created: created, content: state.content, offline: state.offline, phrase: state.phrase, shown: shown)
        return try JSONEncoder().encode(["ok": done])
    }

    private struct Refused: Encodable {
        let error: String
        let params: [String: String]
    }

    private struct Told: Encodable {
        let kind: String
        let subject: String
        let params: [String: String]
    }

    private struct Done<Content: Encodable>: Encodable {
        let created: String?
        let content: Content
        let offline: Bool
        let phrase: String?
        let shown: [Told]
    }
}
