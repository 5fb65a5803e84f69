// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A draft as it is saved. */
export interface DraftContent {
    /**
     * The form: `allergy`, `condition`, `medicine`, `measurement`, `immunization`, `person`, `contact`, `wish`, `report`, `prescription`,
     * `lab_request`, `result`, `order_state`, `appointment` (a request for one), `delegation` or `credential`.
     */
    kind: string;
    /** For the patient of this grant; left out for an own entry. */
    grant?: string;
    /** The record that it will answer. */
    request?: string;
    /** The form's content: a JSON object of the form's members, as far as they are filled in. */
    json: string;
}

/** A row of the list of drafts. */
export interface DraftView {
    /** Its name on this device. */
    id: string;
    /** The form. */
    kind: string;
    /** For the patient of this grant. */
    grant?: string;
    /** The patient's name. */
    patient?: string;
    /** When it was begun. */
    begun: number;
    /** When it was last saved. */
    saved: number;
}
