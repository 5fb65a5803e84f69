// Written by `cargo xtask facade` from the façade's sources; changes belong there.

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
