// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A FHIR document to file or to send. */
export interface RecordDraft {
    /** FHIR R4 JSON. */
    fhir: Uint8Array;
    /** The record it answers. */
    replies_to?: string;
    /** The record it corrects. */
    supersedes?: string;
}

/** What to look for; an empty query finds everything. */
export interface RecordQuery {
    /** Words. */
    text?: string;
    /** `system|code` or `code`. */
    code?: string;
    /** Any of these categories. */
    categories: string[];
    /** FHIR date. */
    from?: string;
    /** FHIR date. */
    until?: string;
    /** Part of the author's name. */
    author?: string;
}

/** A row of a list of records. */
export interface RecordSummary {
    /** The record. */
    id: string;
    /** The block that files it; absent for shared records. */
    sequence?: number;
    /** Its category. */
    category: string;
    /** Phrase key of the kind of record. */
    kind: string;
    /** FHIR resource type. */
    resource_type: string;
    /** What it is called. */
    title?: string;
    /** Effective date, FHIR text. */
    date?: string;
    /** The same as Unix seconds, for sorting; may be before 1970. */
    date_time?: number;
    /** Status, a FHIR code. */
    status?: string;
    /** The level that most asks for attention. */
    level?: string;
    /** The signer's name. */
    author: string;
    /** Who vouches for the signer. */
    organization?: string;
    /** `own`, `imported`, `received`, `shared`, `copy` or `sent`. */
    source: string;
    /** Phrase key of what must stand beside it when no professional signed it: `mark.own`, `mark.imported` or `mark.patient`. */
    mark?: string;
    /** Why it corrects, withdraws or rejects, in its author's words. */
    reason?: string;
    /** When it was signed, in the signer's words. */
    time: number;
    /** The record that corrects it. */
    superseded_by?: string;
    /** The record it corrects. */
    supersedes?: string;
    /** The record it answers. */
    replies_to?: string;
    /** Number of attachments. */
    attachments: number;
    /** Kept out of every share. */
    hidden: boolean;
    /** Shared records: whether the copy is here. */
    fetched: boolean;
    /** When it was first opened here: shared records, and received ones of the own chain. */
    opened?: number;
    /**
     * What the signature is worth by the lists that are known here, for records of the own chain: `authentic` or `not_proven`; the
     * record itself says why.
     */
    authentic?: string;
}
