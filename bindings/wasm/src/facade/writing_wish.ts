// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A wish for care. */
export interface WishDraft {
    /** `organ-donation`, `resuscitation` or `directive`. */
    subject: string;
    /** Whether it is agreed to or refused; left out when only words say it. */
    permit?: boolean;
    /** The wish in the patient's own words. */
    words: string;
    /** The own wish that this replaces. */
    supersedes?: string;
}
