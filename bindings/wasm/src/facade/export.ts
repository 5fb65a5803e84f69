// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** One line of a verification. */
export interface AuditFact {
    /** What it is about: `file`, or the id of a chain, record, receipt, grant or organization. */
    subject: string;
    /** The question; its phrase is `fact.` and this name. */
    name: string;
    /** `pass`, `fail` or `not_claimed`. */
    outcome: string;
    /** Why it fails or is not claimed: a code. */
    code?: string;
    /** Words for the phrase. */
    params: FactParam[];
}

/** A record of a verified file; what it is worth is said by the facts about its id. */
export interface ExportedRecord {
    /** The record. */
    id: string;
    /** Its category. */
    category: string;
    /** The patient. */
    patient: string;
    /** Who signed. */
    author: string;
    /** The author's name, as vouched for. */
    author_name?: string;
    /** Who vouches. */
    organization?: string;
    /** When it was signed, in the author's words. */
    time: number;
    /** When a log promised it. */
    promised?: number;
    /** That log's origin. */
    log?: string;
    /** The block that files it. */
    sequence?: number;
    /** The record it answers. */
    replies_to?: string;
    /** The record it corrects. */
    supersedes?: string;
    /** The record in the file that corrects it. */
    superseded_by?: string;
    /** Files that belong to it, as signed; they are not in the file. */
    attachments: AttachmentView[];
    /** The signed FHIR bytes, verbatim. */
    fhir: Uint8Array;
}

/** A receipt of a verified file. */
export interface ExportedReceipt {
    /** Its hash. */
    id: string;
    /** Under which grant. */
    grant: string;
    /** Who read. */
    reader: string;
    /** What was opened. */
    records: string[];
    /** When, in the reader's words. */
    time: number;
    /** The block that files it. */
    sequence: number;
}

/** What a file proves. */
export interface Verification {
    /** `selection` or `chain`. */
    kind: string;
    /** Whose file. */
    owner: string;
    /** When it was made, in the owner's words. */
    exported: number;
    /** Blocks in the file. */
    blocks: number;
    /** Facts that fail. */
    failures: number;
    /** Line by line. */
    facts: AuditFact[];
    /** Records. */
    records: ExportedRecord[];
    /** Receipts. */
    receipts: ExportedReceipt[];
}
