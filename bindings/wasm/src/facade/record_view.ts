// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A code as entered. */
export interface CodeView {
    /** Code system, a URI. */
    system?: string;
    /** Code. */
    code: string;
    /** Its name as entered. */
    display?: string;
}

/** A value with unit and range. */
export interface ValueView {
    /** What was measured. */
    name?: string;
    /** Its codes. */
    codes: CodeView[];
    /** Decimal text, or other text. */
    value?: string;
    /** Whether it is a decimal. */
    numeric: boolean;
    /** `<`, `<=`, `>` or `>=`. */
    comparator?: string;
    /** Unit as written. */
    unit?: string;
    /** Lower end of the reference range. */
    low?: string;
    /** Upper end of the reference range. */
    high?: string;
    /** Reference range in words. */
    range_text?: string;
    /** `normal`, `abnormal`, `low`, `high`, `critical`, `critical_low` or `critical_high`. */
    level?: string;
}

/** A named value for a phrase. */
export interface FactParam {
    /** Name of the placeholder. */
    name: string;
    /** `text`, `number`, `date` or `phrase`. */
    kind: string;
    /** The value. */
    value: string;
}

/** One more thing a record says. */
export interface FactView {
    /** Phrase key. */
    phrase: string;
    /** What stands in its braces. */
    params: FactParam[];
}

/** What a record, or a part of it, says: structured facts, never finished sentences. */
export interface PartView {
    /** 0 for the record itself, 1 for its parts, and so on. */
    depth: number;
    /** FHIR resource type. */
    resource_type: string;
    /** Phrase key of the kind. */
    kind: string;
    /** What it is called. */
    title?: string;
    /** Effective date, FHIR text. */
    date?: string;
    /** Status, a FHIR code. */
    status?: string;
    /** Who wrote it, as the document says. */
    author?: string;
    /** Codes. */
    codes: CodeView[];
    /** Values. */
    values: ValueView[];
    /** Everything else. */
    facts: FactView[];
    /** Plain text of the narrative. */
    narrative?: string;
}

/** A file of a record. */
export interface AttachmentView {
    /** File name, as given. */
    name: string;
    /** Media type, signed. */
    media_type: string;
    /** Bytes, signed. */
    size: number;
    /** Tree hash, signed. */
    hash: string;
}

/** Three separate facts about a record; never one green tick. */
export interface Standing {
    /** `authentic`, `not_proven` or `forged`. */
    authentic: string;
    /** Why not: a code. */
    reason?: string;
    /** The signer's name. */
    author: string;
    /** The signer. */
    author_identity: string;
    /** `trusted`, `unknown`, `refused`, `none`, or `own` for the owner's own entries. */
    vouched: string;
    /** Who vouches. */
    organization?: string;
    /** When a log promised that it existed; rests on that log alone. */
    promised?: number;
    /** The newest version shared: whether a correction is known. */
    latest: boolean;
    /** Completeness is never claimed. */
    complete: string;
}

/** A record in full. */
export interface RecordView {
    /** As in lists. */
    summary: RecordSummary;
    /** What it says, in reading order. */
    parts: PartView[];
    /** Who signed it and what that is worth. */
    standing: Standing;
    /** Files. */
    attachments: AttachmentView[];
    /** The signed FHIR bytes, verbatim. */
    fhir: Uint8Array;
}
