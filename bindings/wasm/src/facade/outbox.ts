// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** Something that waits to be sent to somebody. */
export interface OutboxView {
    /** Name of it for `Vault::cancel_outbox`. */
    id: string;
    /** `record` for a signed record, `message` for receipts, answers and notices. */
    kind: string;
    /** What it is called, for a record. */
    title?: string;
    /** Phrase key of the kind of record. */
    record_kind?: string;
    /** To whom, where that is known. */
    to?: string;
    /** Since when it waits. */
    since: number;
    /** `waiting`, `sending` or `stopped`. */
    state: string;
    /** Why it stopped, or why it is tried again by itself: a code. */
    reason?: string;
    /** Whether it can be taken back now. */
    cancellable: boolean;
}
