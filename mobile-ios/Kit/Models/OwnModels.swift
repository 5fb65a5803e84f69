import Foundation
import Observation
import SatchelCore

/// What the screen of the own details shows.
public struct OwnContent: Codable, Sendable, Equatable {
    /// Who the patient is, as last entered.
    public var person: PatientDraft?
}

/// What patients enter about themselves. Medicines are entered where they are shown.
@MainActor @Observable
public final class OwnModel: SessionFeature<OwnContent> {
    public init(_ session: Session) {
        super.init("own", session, blank: OwnContent(person: nil))
    }

    public func load() async -> Outcome { await act { nil } }

    public func measurement(draft: MeasurementDraft) async -> Outcome {
        await command { try $0.addMeasurement(draft: draft, now: $1) }
    }

    public func allergy(draft: AllergyDraft) async -> Outcome { await command { try $0.addAllergy(draft: draft, now: $1) } }

    public func condition(draft: ConditionDraft) async -> Outcome {
        await command { try $0.addCondition(draft: draft, now: $1) }
    }

    public func immunization(draft: ImmunizationDraft) async -> Outcome {
        await command { try $0.addImmunization(draft: draft, now: $1) }
    }

    public func person(draft: PatientDraft) async -> Outcome {
        await command { try $0.setDemographics(draft: draft, now: $1) }
    }

    /// Somebody to call in an emergency.
    public func contact(contact: ContactDraft) async -> Outcome {
        await command { try $0.addEmergencyContact(contact: contact, now: $1) }
    }

    public func wish(draft: WishDraft) async -> Outcome { await command { try $0.addWish(draft: draft, now: $1) } }

    override func read() async throws -> OwnContent {
        try await session.query { vault, _ in OwnContent(person: try vault.demographics()) }
    }

    override func isEmpty(_ content: OwnContent) -> Bool { content.person == nil }
}

/// What the list of corrections shows.
public struct CorrectionsContent: Codable, Sendable, Equatable {
    public var corrections: [CorrectionView]
    public var erasures: [ErasureView]
}

/// What was corrected, withdrawn or erased, by whom and why, and who had read the old version.
@MainActor @Observable
public final class CorrectionsModel: SessionFeature<CorrectionsContent> {
    public init(_ session: Session) {
        super.init("corrections", session, blank: CorrectionsContent(corrections: [], erasures: []))
    }

    public func load() async -> Outcome { await act { nil } }

    /// A practitioner or laboratory corrects what it wrote; `fhir` is the whole document as it should have been.
    public func correct(record: String, fhir: Data, reason: String) async -> Outcome {
        await command { try $0.correctRecord(record: record, fhir: fhir, reason: reason, now: $1) }
    }

    /// A practitioner or laboratory withdraws what it wrote.
    public func withdraw(record: String, reason: String) async -> Outcome {
        await command { try $0.withdrawRecord(record: record, reason: reason, now: $1) }
    }

    /// A patient marks an own entry as entered in error.
    public func mark(record: String, reason: String) async -> Outcome {
        await command { try $0.markEnteredInError(record: record, reason: reason, now: $1) }
    }

    /// A patient erases a record for ever; its block stays.
    public func erase(record: String) async -> Outcome { await command { try $0.eraseRecord(record: record, now: $1) } }

    override func read() async throws -> CorrectionsContent {
        try await session.query { vault, _ in
            CorrectionsContent(corrections: try vault.corrections(), erasures: try vault.erasures())
        }
    }

    override func isEmpty(_ content: CorrectionsContent) -> Bool { content.corrections.isEmpty && content.erasures.isEmpty }
}

/// What the list of drafts shows.
public struct DraftsContent: Codable, Sendable, Equatable {
    public var drafts: [DraftView]
    /// The one that was opened.
    public var draft: DraftContent?
}

/// Forms that were begun. They are sealed on this device and never sent.
@MainActor @Observable
public final class DraftsModel: SessionFeature<DraftsContent> {
    @ObservationIgnored private var draft: DraftContent?

    public init(_ session: Session) {
        super.init("drafts", session, blank: DraftsContent(drafts: [], draft: nil))
    }

    public func load() async -> Outcome { await act { nil } }

    public func open(id: String) async -> Outcome {
        await act {
            draft = try await session.query { vault, _ in try vault.draft(id: id) }
            return nil
        }
    }

    /// Saves a form anew, or over the draft of that id.
    public func save(draft: DraftContent, id: String? = nil) async -> Outcome {
        await command { try $0.saveDraft(id: id, draft: draft, now: $1) }
    }

    public func discard(id: String) async -> Outcome { await command { try $0.discardDraft(id: id, now: $1) } }

    override func read() async throws -> DraftsContent {
        let draft = draft
        return try await session.query { vault, _ in DraftsContent(drafts: try vault.drafts(), draft: draft) }
    }

    override func isEmpty(_ content: DraftsContent) -> Bool { content.drafts.isEmpty }
}
