import Foundation
import SatchelCore
import SatchelKit

/// A view model whose actions are called by name.
@MainActor
protocol Playable<Content>: AnyObject {
    associatedtype Content: Sendable
    var state: Screen<Content> { get }
    func play(_ action: String, _ line: Line) async throws -> Outcome
}

extension CreateModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "create":
            try await create(
                role: line.value("role"), name: line.value("name"), relay: line.value("relay"),
                passphrase: line.value("passphrase"), token: line.maybe("token"))
        case "forgetKit": await forgetKit()
        default: throw Line.Unfit()
        }
    }
}

extension RecoverModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "recover":
            try await recover(words: line.value("words"), relay: line.value("relay"), passphrase: line.value("passphrase"))
        case "prove": await prove()
        case "load": await load()
        default: throw Line.Unfit()
        }
    }
}

extension UnlockModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "unlock": try await unlock(passphrase: line.value("passphrase"))
        case "changePassphrase": try await changePassphrase(passphrase: line.value("passphrase"))
        case "lock": await lock()
        default: throw Line.Unfit()
        }
    }
}

extension HomeModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "sync": await sync()
        case "watch": try await watch(seconds: line.value("seconds"))
        case "retry": await retry()
        case "cancelOutbox": try await cancelOutbox(id: line.value("id"))
        default: throw Line.Unfit()
        }
    }
}

extension TimelineModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "search": try await search(query: line.value("query"))
        case "hide": try await hide(record: line.value("record"), hidden: line.maybe("hidden") ?? false)
        case "add": try await add(draft: line.value("draft"))
        default: throw Line.Unfit()
        }
    }
}

extension ResultModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": try await load(record: line.value("record"))
        default: throw Line.Unfit()
        }
    }
}

extension MedicinesModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "add": try await add(draft: line.value("draft"))
        default: throw Line.Unfit()
        }
    }
}

extension AppointmentsModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "openIntake": await openIntake()
        case "ask": try await ask(request: line.value("request"))
        case "offer": try await offer(appointment: line.value("appointment"), times: line.list("times"))
        case "accept": try await accept(appointment: line.value("appointment"), index: line.value("index"))
        case "decline": try await decline(appointment: line.value("appointment"), explanation: line.maybe("explanation"))
        case "move":
            try await move(appointment: line.value("appointment"), start: line.value("start"), end: line.value("end"))
        case "cancel": try await cancel(appointment: line.value("appointment"), explanation: line.maybe("explanation"))
        default: throw Line.Unfit()
        }
    }
}

extension ShareModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "offer": try await offer(request: line.value("request"))
        case "confirm": try await confirm(offer: line.value("offer"), symbols: line.maybe("symbols"))
        case "decline": try await decline(offer: line.value("offer"))
        case "endCopy": try await endCopy(permission: line.value("permission"))
        case "allowCopy":
            try await allowCopy(
                labGrant: line.value("labGrant"), request: line.value("request"),
                recipientGrant: line.value("recipientGrant"), days: line.value("days"))
        default: throw Line.Unfit()
        }
    }
}

extension GrantsModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "revoke": try await revoke(grant: line.value("grant"))
        case "keep": try await keep(grant: line.value("grant"))
        case "allowFiles": try await allowFiles(grant: line.value("grant"), bytes: line.value("bytes"))
        case "pause": try await pause(grant: line.value("grant"))
        case "resume": try await resume(grant: line.value("grant"))
        case "renew": try await renew(grant: line.value("grant"), rights: line.list("rights"))
        case "narrow": try await narrow(grant: line.value("grant"), request: line.value("request"))
        case "askDeliveries": try await askDeliveries(grant: line.value("grant"))
        default: throw Line.Unfit()
        }
    }
}

extension ReceiptsModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        default: throw Line.Unfit()
        }
    }
}

extension BlocksModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": try await load(first: line.maybe("first") ?? 0, count: line.maybe("count") ?? 50)
        case "open": try await open(sequence: line.value("sequence"))
        case "inspect": try await inspect(sequence: line.value("sequence"), bytes: line.value("bytes"))
        case "verify": await verify()
        default: throw Line.Unfit()
        }
    }
}

extension ScanModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "look": try await look(code: line.value("code"))
        case "claim": try await claim(code: line.value("code"), purpose: line.value("purpose"))
        default: throw Line.Unfit()
        }
    }
}

extension PatientsModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "choose": try await choose(grant: line.value("grant"))
        case "search": try await search(query: line.value("query"))
        case "fetch": try await fetch(grant: line.value("grant"), records: line.list("records"))
        case "open": try await open(grant: line.value("grant"), records: line.list("records"))
        case "show": try await show(grant: line.value("grant"), record: line.value("record"))
        case "openCopy": try await openCopy(grant: line.value("grant"), record: line.value("record"))
        case "showCopy": try await showCopy(grant: line.value("grant"), record: line.value("record"))
        default: throw Line.Unfit()
        }
    }
}

extension WriteModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "report": try await report(grant: line.value("grant"), draft: line.value("draft"))
        case "prescription": try await prescription(grant: line.value("grant"), draft: line.value("draft"))
        case "labRequest": try await labRequest(grant: line.value("grant"), draft: line.value("draft"))
        case "resend": try await resend(record: line.value("record"))
        default: throw Line.Unfit()
        }
    }
}

extension LaboratoryModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "setState":
            try await setState(grant: line.value("grant"), request: line.value("request"), draft: line.value("draft"))
        case "specimens": try await specimens(request: line.value("request"))
        case "attach": try await attach(files: line.list("files"))
        case "enter":
            try await enter(grant: line.value("grant"), request: line.maybe("request"), draft: line.value("draft"))
        default: throw Line.Unfit()
        }
    }
}

extension OwnModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "measurement": try await measurement(draft: line.value("draft"))
        case "allergy": try await allergy(draft: line.value("draft"))
        case "condition": try await condition(draft: line.value("draft"))
        case "immunization": try await immunization(draft: line.value("draft"))
        case "person": try await person(draft: line.value("draft"))
        case "contact": try await contact(contact: line.value("contact"))
        case "wish": try await wish(draft: line.value("draft"))
        default: throw Line.Unfit()
        }
    }
}

extension CorrectionsModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "correct":
            try await correct(record: line.value("record"), fhir: line.value("fhir"), reason: line.value("reason"))
        case "withdraw": try await withdraw(record: line.value("record"), reason: line.value("reason"))
        case "mark": try await mark(record: line.value("record"), reason: line.value("reason"))
        case "erase": try await erase(record: line.value("record"))
        default: throw Line.Unfit()
        }
    }
}

extension DraftsModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "open": try await open(id: line.value("id"))
        case "save": try await save(draft: line.value("draft"), id: line.maybe("id"))
        case "discard": try await discard(id: line.value("id"))
        default: throw Line.Unfit()
        }
    }
}

extension DevicesModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "rename": try await rename(device: line.value("device"), name: line.value("name"))
        case "remove": try await remove(devices: line.list("devices"), words: line.maybe("words"))
        case "newKit": await newKit()
        case "forgetKit": await forgetKit()
        case "replaceKit": try await replaceKit(words: line.value("words"), devices: line.list("devices"))
        default: throw Line.Unfit()
        }
    }
}

extension DeletionModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "ask": try await ask(grant: line.value("grant"), revoke: line.maybe("revoke") ?? false)
        case "delete": try await delete(grant: line.value("grant"))
        case "refuse": try await refuse(grant: line.value("grant"), reason: line.value("reason"), text: line.maybe("text"))
        default: throw Line.Unfit()
        }
    }
}

extension UploadModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "carry": await carry()
        case "stop": await stop()
        case "resume": try await resume(file: line.value("file"), source: line.maybe("source"))
        case "cancel": try await cancel(file: line.value("file"))
        default: throw Line.Unfit()
        }
    }
}

extension AttachmentModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "save":
            try await save(
                grant: line.maybe("grant"), record: line.value("record"), index: line.value("index"), path: line.value("path"))
        default: throw Line.Unfit()
        }
    }
}

extension ImportModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "look": try await look(file: line.value("file"))
        case "take": try await take(chosen: line.list("chosen"))
        case "addFile": try await addFile(draft: line.value("draft"))
        default: throw Line.Unfit()
        }
    }
}

extension ExportModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "records": try await records(records: line.list("records"))
        case "whole": await whole()
        case "verify": try await verify(file: line.value("file"), trusted: line.maybe("trusted") ?? "")
        default: throw Line.Unfit()
        }
    }
}

extension TrustModel: Playable {
    func play(_ action: String, _ line: Line) async throws -> Outcome {
        switch action {
        case "load": await load()
        case "trust": try await trust(card: line.value("card"))
        case "untrust": try await untrust(organization: line.value("organization"))
        case "request": await request()
        case "accept": try await accept(credential: line.value("credential"))
        default: throw Line.Unfit()
        }
    }
}
