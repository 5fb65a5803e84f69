// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** One thing that happened to a request: a state set by the lab, a result, a correction. */
export interface OrderEventView {
    /** The signed record that says it. */
    record: string;
    /** `collected`, `in_progress`, `rejected`, `filed` or `corrected`. */
    state: string;
    /** When it was signed. */
    time: number;
    /** Who signed it. */
    author: string;
    /** Who vouches for the signer. */
    organization?: string;
    /** Why it rejects, corrects or withdraws. */
    reason?: string;
    /** For what was written here: `signed`, `sent`, `delivered` or `filed`. */
    stage?: string;
}

/** A request. */
export interface OrderView {
    /** The record. */
    id: string;
    /** The grant under which it is shared with this vault; absent in the patient's own chain. */
    grant?: string;
    /** The patient's name, where it is not the owner. */
    patient?: string;
    /** What is asked for. */
    title?: string;
    /** Who asks. */
    author: string;
    /** When it was signed. */
    time: number;
    /** `requested`, `collected`, `in_progress`, `rejected`, `filed` or `corrected`. */
    state: string;
    /** Since when. */
    since: number;
    /** Why it was rejected or corrected. */
    reason?: string;
    /** The newest result, once filed. */
    result?: string;
    /** Everything that happened to it, the oldest first. */
    events: OrderEventView[];
}

/** A specimen taken for a request. */
export interface SpecimenView {
    /** The record that names it. */
    record: string;
    /** The lab's own number of it. */
    number?: string;
    /** Kind of material. */
    kind?: string;
    /** When it was taken, FHIR text. */
    collected?: string;
    /** Whether it can be used. */
    usable: boolean;
    /** Why it cannot. */
    reason?: string;
}
