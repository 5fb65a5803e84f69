// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A new state of a request. */
export interface OrderStateDraft {
    /** `collected`, `in_progress` or `rejected`. That a result was filed or corrected follows from the result. */
    state: string;
    /** Why it was rejected; needed then. */
    reason?: string;
    /** What was collected, usable or not; needed with `collected`. */
    specimens: SpecimenDraft[];
}
