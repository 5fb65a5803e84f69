import Observation
import SatchelCore

/// What the scanner's screen shows.
public struct ScanContent: Codable, Sendable, Equatable {
    /// What the code that was looked at says of itself.
    public var preview: Preview?
    public var claims: [ClaimView]
}

/// A code that was scanned: looking claims nothing, claiming is a step of its own.
@MainActor @Observable
public final class ScanModel: SessionFeature<ScanContent> {
    @ObservationIgnored private var preview: Preview?

    public init(_ session: Session) {
        super.init("scan", session, blank: ScanContent(preview: nil, claims: []))
    }

    public func load() async -> Outcome { await act { nil } }

    public func look(code: String) async -> Outcome {
        await act {
            preview = nil
            preview = try await session.query { vault, _ in try vault.previewCode(text: code) }
            return nil
        }
    }

    public func claim(code: String, purpose: String) async -> Outcome {
        await command { try $0.claim(code: code, purpose: purpose, now: $1) }
    }

    override func read() async throws -> ScanContent {
        let preview = preview
        return try await session.query { vault, _ in ScanContent(preview: preview, claims: try vault.claims()) }
    }

    override func isEmpty(_ content: ScanContent) -> Bool { content.preview == nil && content.claims.isEmpty }
}

/// What the list of patients shows.
public struct PatientsContent: Codable, Sendable, Equatable {
    public var accesses: [AccessView]
    /// What the chosen patient shares.
    public var records: [RecordSummary]
    public var copies: [CopyView]
    /// The record that was shown last.
    public var record: RecordView?
    /// What was searched for among the records of the chosen patient.
    public var query: RecordQuery
}

/// What patients share with this practitioner or laboratory.
@MainActor @Observable
public final class PatientsModel: SessionFeature<PatientsContent> {
    @ObservationIgnored private var chosen: String?
    @ObservationIgnored private var record: RecordView?
    @ObservationIgnored private var query = RecordQuery.everything

    public init(_ session: Session) {
        let blank = PatientsContent(accesses: [], records: [], copies: [], record: nil, query: .everything)
        super.init("patients", session, blank: blank)
    }

    public func load() async -> Outcome { await act { nil } }

    public func choose(grant: String) async -> Outcome {
        (chosen, record, query) = (grant, nil, .everything)
        return await act { nil }
    }

    /// Searches the records of the chosen patient; what is shown stays when the search is refused.
    public func search(query: RecordQuery) async -> Outcome {
        let chosen = chosen
        return await act {
            _ = try await session.query { vault, _ in try chosen.map { try vault.sharedRecords(grant: $0, query: query) } }
            self.query = query
            return nil
        }
    }

    /// Asks for records, with the next sync.
    public func fetch(grant: String, records: [String]) async -> Outcome {
        await command { try $0.fetchShared(grant: grant, recordIds: records, now: $1) }
    }

    /// Opens records, which signs a receipt.
    public func open(grant: String, records: [String]) async -> Outcome {
        await command { try $0.openShared(grant: grant, recordIds: records, now: $1) }
    }

    public func show(grant: String, record: String) async -> Outcome {
        await act {
            self.record = nil
            self.record = try await session.query { try $0.sharedRecord(grant: grant, record: record, now: $1) }
            return nil
        }
    }

    /// Opens a copy that a laboratory sent before the patient filed it.
    public func openCopy(grant: String, record: String) async -> Outcome {
        await command { try $0.openCopy(grant: grant, record: record, now: $1) }
    }

    public func showCopy(grant: String, record: String) async -> Outcome {
        await act {
            self.record = nil
            self.record = try await session.query { try $0.copiedRecord(grant: grant, record: record, now: $1) }
            return nil
        }
    }

    override func read() async throws -> PatientsContent {
        let (chosen, record, query) = (chosen, record, query)
        return try await session.query { vault, now in
            let records = try chosen.map { try vault.sharedRecords(grant: $0, query: query) } ?? []
            let (accesses, copies) = (try vault.accesses(now: now), try vault.copies())
            return PatientsContent(accesses: accesses, records: records, copies: copies, record: record, query: query)
        }
    }

    override func isEmpty(_ content: PatientsContent) -> Bool { content.accesses.isEmpty && content.copies.isEmpty }
}

/// What the writing desk shows.
public struct WriteContent: Codable, Sendable, Equatable {
    public var submissions: [SubmissionView]
}

/// What a practitioner writes for a patient.
@MainActor @Observable
public final class WriteModel: SessionFeature<WriteContent> {
    public init(_ session: Session) {
        super.init("write", session, blank: WriteContent(submissions: []))
    }

    public func load() async -> Outcome { await act { nil } }

    public func report(grant: String, draft: ReportDraft) async -> Outcome {
        await command { try $0.writeReport(grant: grant, draft: draft, now: $1) }
    }

    public func prescription(grant: String, draft: PrescriptionDraft) async -> Outcome {
        await command { try $0.writePrescription(grant: grant, draft: draft, now: $1) }
    }

    public func labRequest(grant: String, draft: LabRequestDraft) async -> Outcome {
        await command { try $0.writeLabRequest(grant: grant, draft: draft, now: $1) }
    }

    public func resend(record: String) async -> Outcome { await command { try $0.resend(record: record, now: $1) } }

    override func read() async throws -> WriteContent {
        try await session.query { vault, _ in WriteContent(submissions: try vault.submissions()) }
    }

    override func isEmpty(_ content: WriteContent) -> Bool { content.submissions.isEmpty }
}

/// What the laboratory's bench shows.
public struct LaboratoryContent: Codable, Sendable, Equatable {
    public var orders: [OrderView]
    public var submissions: [SubmissionView]
    /// What was collected for the request that was looked at last.
    public var specimens: [SpecimenView]
}

/// A laboratory's requests, their states and their results.
@MainActor @Observable
public final class LaboratoryModel: SessionFeature<LaboratoryContent> {
    @ObservationIgnored private var specimens: [SpecimenView] = []

    public init(_ session: Session) {
        super.init("laboratory", session, blank: LaboratoryContent(orders: [], submissions: [], specimens: []))
    }

    public func load() async -> Outcome { await act { nil } }

    public func setState(grant: String, request: String, draft: OrderStateDraft) async -> Outcome {
        await command { try $0.setOrderState(grant: grant, request: request, draft: draft, now: $1) }
    }

    public func specimens(request: String) async -> Outcome {
        await act {
            specimens = try await session.query { vault, _ in try vault.orderSpecimens(request: request) }
            return nil
        }
    }

    /// Files of this device that go with what is written next.
    public func attach(files: [FileDraft]) async -> Outcome {
        await act {
            try await session.query { vault, _ in try vault.attachFiles(files: files) }
            return nil
        }
    }

    public func enter(grant: String, request: String? = nil, draft: ResultDraft) async -> Outcome {
        await command { try $0.writeResult(grant: grant, request: request, draft: draft, now: $1) }
    }

    override func read() async throws -> LaboratoryContent {
        let specimens = specimens
        return try await session.query { vault, _ in
            LaboratoryContent(orders: try vault.orders(), submissions: try vault.submissions(), specimens: specimens)
        }
    }

    override func isEmpty(_ content: LaboratoryContent) -> Bool { content.orders.isEmpty && content.submissions.isEmpty }
}
