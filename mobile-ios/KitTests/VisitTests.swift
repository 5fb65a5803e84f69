import Foundation
import SatchelCore
import Testing

@testable import SatchelKit

/// A doctor's visit through view models alone, against a real relay process: clinic, consent, reading, writing, restart, revocation.
@MainActor @Suite("Visit", .serialized) struct VisitTests {
    static let hemoglobin = Data(
        """
        {"resourceType":"Observation","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],\
        "code":{"coding":[{"system":"http://loinc.org","code":"718-7","display":"Hemoglobin"}],"text":"Hemoglobin"},"effectiveDateTime":"2026-11-20",\
        "valueQuantity":{"value":9.8,"unit":"g/dL","system":"http://unitsofmeasure.org","code":"g/dL"}}
        """.utf8)

    static func offer(_ categories: String, rights: [String] = ["read", "append", "order"]) throws -> OfferRequest {
        let rights = rights.map { #"{"right":"\#($0)","seconds":86400}"# }.joined(separator: ",")
        let json = #"{"categories":[\#(categories)],"records":[],"ongoing":true,"rights":[\#(rights)],"hidden":[],"lifetime":600}"#
        return try value(json)
    }

    /// The clinic vouches for a member; no view model does this, it is an organization's desk.
    private func vouch(_ clinic: Person, for member: Person, as role: String) async throws {
        let trust = TrustModel(member.session)
        #expect(await trust.request().problem == nil)
        let request = try #require(trust.state.content.request)
        let id = try await clinic.session.command {
            try $0.vouch(request: request, role: role, licence: "L-123", validDays: 365, now: $1)
        }.created
        try await clinic.sync()
        let credential = try await clinic.session.query { vault, _ in try vault.credential(credential: id ?? "") }
        #expect(await trust.accept(credential: credential).problem == nil)
        try await member.sync()
        #expect(trust.state.content.credentials.first?.role == role)
    }

    /// The patient shows a code, the other takes it; gives the offer's id.
    private func claim(_ patient: Person, _ claimant: Person, _ request: OfferRequest) async throws -> (ShareModel, ScanModel, String) {
        let share = ShareModel(patient.session)
        let id = try #require(await share.offer(request: request).created)
        try await patient.sync()
        _ = await share.load()
        let code = try #require(share.state.content.offers.first { $0.id == id }?.url)
        #expect(code.count <= 300)
        let scan = ScanModel(claimant.session)
        #expect(await scan.look(code: code).problem == nil)
        #expect(scan.state.content.preview?.offer == id)
        #expect(scan.state.content.claims.allSatisfy { $0.id != id }, "looking claims nothing")
        #expect(await scan.claim(code: code, purpose: "TREAT").problem == nil)
        try await syncAll(claimant, patient, claimant)
        _ = await share.load()
        _ = await scan.load()
        return (share, scan, id)
    }

    @Test func aVisit() async throws {
        let relay = try RelayProcess()
        let asha = try await Person.create("patient", "Asha", relay.url)
        let rao = try await Person.create("practitioner", "Dr Rao", relay.url)
        let clinic = try await Person.create("organization", "City Clinic", relay.url)
        try await vouch(clinic, for: rao, as: "practitioner")

        // Trust is given by a card; a flipped one is refused.
        let card = try await clinic.session.query { vault, _ in try vault.organizationCard() }
        var flipped = card
        flipped[card.count / 2] ^= 1
        let trust = TrustModel(asha.session)
        #expect(trust.state.phrase == "screen.loading")
        #expect(await trust.trust(card: flipped).problem != nil)
        #expect(await trust.trust(card: card).problem == nil)
        try await asha.sync()
        #expect(trust.state.content.trusted.map(\.name) == ["City Clinic"])

        // Own data.
        let timeline = TimelineModel(asha.session)
        _ = await timeline.load()
        #expect(timeline.state.phase == .empty && timeline.state.phrase == "screen.empty.timeline")
        let first = RecordDraft(fhir: Self.hemoglobin, repliesTo: nil, supersedes: nil)
        let value = try #require(await timeline.add(draft: first).created)
        #expect(timeline.state.phase == .ready && timeline.state.phrase == nil)
        #expect(await timeline.add(draft: RecordDraft(fhir: Data("{".utf8), repliesTo: nil, supersedes: nil)).problem != nil)
        #expect(timeline.state.content.records.count == 1, "what is known stays on the screen")
        let result = ResultModel(asha.session)
        _ = await result.load(record: value)
        #expect(result.state.content.record?.fhir == Self.hemoglobin)
        #expect(result.state.content.trend.map(\.value) == ["9.8"])
        try await asha.sync()

        // Consent, through a restart of both.
        let (_, _, id) = try await claim(asha, rao, Self.offer(#""laboratory","visit","order","medication""#))
        try await asha.restart()
        try await rao.restart()
        try await syncAll(asha, rao)
        let (share, scan) = (ShareModel(asha.session), ScanModel(rao.session))
        _ = await share.load()
        _ = await scan.load()
        let offer = try #require(share.state.content.offers.first { $0.id == id })
        #expect(offer.stage == "claimed" && offer.claimant?.name == "Dr Rao")
        #expect(offer.claimant?.vouched == "trusted" && offer.claimant?.organizationName == "City Clinic")
        #expect(offer.symbols.count == 4)
        #expect(offer.symbols == scan.state.content.claims.first { $0.id == id }?.symbols)
        #expect(await share.confirm(offer: id, symbols: nil).problem == nil)
        try await syncAll(asha, rao)

        // Reading leaves a receipt.
        let patients = PatientsModel(rao.session)
        _ = await patients.load()
        let access = try #require(patients.state.content.accesses.first)
        #expect(access.name == "Asha" && access.state == "live" && access.witness == "latest.relay_only")
        _ = await patients.choose(grant: access.id)
        #expect(patients.state.content.records.map(\.id) == [value])
        #expect(await patients.show(grant: access.id, record: value).problem == Problem("vault.state"), "not opened yet")
        #expect(await patients.fetch(grant: access.id, records: [value]).problem == nil)
        try await rao.sync()
        #expect(await patients.open(grant: access.id, records: [value]).problem == nil)
        #expect(await patients.show(grant: access.id, record: value).problem == nil)
        #expect(patients.state.content.record?.fhir == Self.hemoglobin)
        try await syncAll(rao, asha)
        let receipts = ReceiptsModel(asha.session)
        _ = await receipts.load()
        #expect(receipts.state.content.receipts.map(\.records) == [[value]])

        // Writing: what is refused changes nothing, what is written is filed.
        let write = WriteModel(rao.session)
        let empty = try SatchelKitTests.value(#"{"title":" "}"#, as: ReportDraft.self)
        #expect(await write.report(grant: access.id, draft: empty).problem?.phrase == "error.build.missing")
        let report = try SatchelKitTests.value(#"{"title":"Visit","reason":"Tired","plan":"Iron"}"#, as: ReportDraft.self)
        #expect(await write.report(grant: access.id, draft: report).problem == nil)
        let prescription = #"{"medicine":"Ferrous sulfate 200 mg","dosage":{"instruction":"One a day","when":[],"asNeeded":false}}"#
        #expect(await write.prescription(grant: access.id, draft: try SatchelKitTests.value(prescription)).problem == nil)
        let request = #"{"tests":[{"code":"718-7","display":"Hemoglobin"}],"reason":"Anaemia","priority":"routine"}"#
        #expect(await write.labRequest(grant: access.id, draft: try SatchelKitTests.value(request)).problem == nil)
        try await syncAll(rao, asha, rao)
        _ = await write.load()
        #expect(write.state.content.submissions.map(\.stage) == ["filed", "filed", "filed"])
        let medicines = MedicinesModel(asha.session)
        _ = await medicines.load()
        #expect(medicines.state.content.medicines.count == 1)

        // The chain is whole; a flipped byte is seen.
        let blocks = BlocksModel(asha.session)
        #expect(await blocks.verify().problem == nil)
        let content = blocks.state.content
        #expect(content.checked?.bad == nil && content.checked?.blocks == content.chain?.blocks)
        _ = await blocks.open(sequence: 1)
        #expect(blocks.state.content.block?.failure == nil)
        var bytes = try #require(blocks.state.content.block?.bytes)
        bytes[bytes.count / 2] ^= 1
        _ = await blocks.inspect(sequence: 1, bytes: bytes)
        #expect(blocks.state.content.block?.failure != nil)

        // A long check and a long export stop in the middle, and are done anew.
        for _ in 0..<250 { #expect(await timeline2(asha).problem == nil) }
        let starts: [@Sendable (Vault) throws -> JobView] = [{ try $0.startCheck() }, { try $0.startExportAll() }]
        for start in starts {
            let stopped = Task {
                try await asha.session.work(start, take: { _, job, _ in job }) { _ in withUnsafeCurrentTask { $0?.cancel() } }
            }
            guard case .failure(let error) = await stopped.result else {
                Issue.record("the test stopped nothing")
                continue
            }
            #expect(error is CancellationError)
        }
        #expect(await blocks.verify().problem == nil)
        #expect(blocks.state.content.checked?.bad == nil)
        let whole = ExportModel(asha.session)
        #expect(await whole.whole().problem == nil)
        #expect(whole.state.content.file != nil)

        // An export proves itself without vault and relay.
        let export = ExportModel(asha.session)
        #expect(await export.records(records: [value]).problem == nil)
        let file = try #require(export.state.content.file)
        #expect(await export.verify(file: file, trusted: "").problem == nil)
        #expect(export.state.content.verification?.records.first?.fhir == Self.hemoglobin)
        #expect(await export.verify(file: file.dropLast(), trusted: "").problem != nil)

        // Revoked: nothing later is shared.
        let grants = GrantsModel(asha.session)
        _ = await grants.load()
        #expect(grants.state.content.grants.first?.lastOpened != nil)
        #expect(await grants.revoke(grant: access.id).problem == nil)
        try await syncAll(asha, rao)
        _ = await grants.load()
        #expect(grants.state.content.grants.first?.stopped != nil, "said only after the relay confirmed")
        let later = try #require(await timeline2(asha).created)
        try await syncAll(asha, rao)
        _ = await patients.choose(grant: access.id)
        #expect(!patients.state.content.records.contains { $0.id == later })
        #expect(patients.state.content.accesses.first?.state != "live")

        // The relay gone: what is known stays, and the screen says so.
        relay.stop()
        let home = HomeModel(asha.session)
        #expect(await home.sync().problem == Problem("cli.network"))
        #expect(home.state.offline && home.state.phase == .ready)
    }

    private func timeline2(_ person: Person) async -> Outcome {
        await TimelineModel(person.session).add(draft: RecordDraft(fhir: Self.hemoglobin, repliesTo: nil, supersedes: nil))
    }

    /// A file of several parts: cut by a cancellation, gone on with after a restart, fetched and saved by the other side.
    @Test func aLargeFileIsCutAndResumed() async throws {
        let relay = try RelayProcess()
        let asha = try await Person.create("patient", "Asha", relay.url)
        let place = asha.folder.place("scan.bin")
        let bytes = Data((0..<(6 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 12) })
        try bytes.write(to: place)
        let importing = ImportModel(asha.session)
        let draft = FileDraft(name: "scan.bin", mediaType: "application/octet-stream", size: UInt64(bytes.count), source: place.path)
        let id = try #require(await importing.addFile(draft: draft).created)
        let upload = UploadModel(asha.session)
        let carrying = Task { await upload.carry() }
        while (upload.state.content.files.first?.sent ?? 0) == 0 { try await Task.sleep(for: .milliseconds(2)) }
        let began = ContinuousClock.now
        carrying.cancel()
        #expect(await carrying.value.problem == .cancelled)
        let took = ContinuousClock.now - began
        #expect(took < .seconds(5), "took \(took)")
        _ = await upload.load()
        let cut = try #require(upload.state.content.files.first { $0.id == id })
        #expect(cut.stored < cut.parts, "the test cut nothing")

        try await asha.restart()
        let again = UploadModel(asha.session)
        let stopping = Task { await again.carry() }
        try await Task.sleep(for: .milliseconds(20))
        #expect(await again.stop().problem == nil)
        _ = await stopping.value
        #expect(await again.carry().problem == nil)
        try await asha.sync()
        let timeline = TimelineModel(asha.session)
        _ = await timeline.load()
        let record = try #require(timeline.state.content.records.first)
        #expect(record.attachments == 1)
        let saving = AttachmentModel(asha.session)
        let target = asha.folder.place("saved.bin")
        #expect(await saving.save(record: record.id, index: 0, path: target.path).problem == nil)
        #expect(try Data(contentsOf: target) == bytes)
        #expect(saving.state.content.path == target.path && saving.state.content.download?.complete == true)
        #expect(await saving.save(record: "00", index: 0, path: target.path).problem != nil)
    }
}
