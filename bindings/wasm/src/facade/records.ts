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
    /** `own`, `imported`, `received` or `shared`. */
    source: string;
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
    /** Shared records: when it was first opened here. */
    opened?: number;
}

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

/** How an import candidate repeats something. */
export interface FoundDuplicate {
    /** Whether everything it says is the same. */
    exact: boolean;
    /** The record it repeats, if that is in the chain already. */
    record?: string;
    /** The candidate it repeats, if that stands in the same file. */
    candidate?: number;
}

/** One record that could be imported. */
export interface ImportCandidate {
    /** Its place in the file. */
    index: number;
    /** Its category. */
    category: string;
    /** Phrase key of the kind. */
    kind: string;
    /** What it is called. */
    title?: string;
    /** Effective date. */
    date?: string;
    /** Where the file says it comes from. */
    source?: string;
    /** Whether it repeats another. */
    duplicate?: FoundDuplicate;
    /** Codes of what is wrong with it. */
    issues: string[];
    /** Whether it only supports others and is no record to list. */
    supporting: boolean;
}

/** A block as the chain view draws it. */
export interface BlockView {
    /** Sequence number; 0 is genesis. */
    sequence: number;
    /** What it is for. */
    kind: string;
    /** When. */
    time: number;
    /** Its hash. */
    hash: string;
    /** Hash of the block before; absent in genesis. */
    previous?: string;
    /** When the log promised it; absent while it is not admitted. */
    promised?: number;
    /** The signing device. */
    actor?: string;
    /** Hash of the body commitment. */
    body?: string;
    /** Code of what is wrong with it; absent when it verified. */
    failure?: string;
    /** The signed bytes, when asked for one block. */
    bytes?: Uint8Array;
}

/** The own chain. */
export interface Chain {
    /** Its id: the hash of genesis. */
    id: string;
    /** Number of blocks. */
    blocks: number;
    /** Hash of the newest. */
    head: string;
    /** Blocks not admitted yet. */
    pending: number;
    /** When the relay was last asked. */
    checked?: number;
}

/** The result of checking every block of the own chain. */
export interface Checked {
    /** Blocks checked. */
    blocks: number;
    /** The first bad block. */
    bad?: number;
    /** What is wrong with it: a code. */
    code?: string;
}
