// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A visit report. */
export interface ReportDraft {
    /** Title. */
    title: string;
    /** LOINC code of the kind of report; 11488-4 (consult note) when left out. */
    kind?: string;
    /** Why the patient came. */
    reason?: string;
    /** What was found. */
    findings?: string;
    /** What it is judged to be. */
    assessment?: string;
    /** What is to be done. */
    plan?: string;
    /** The own report that this corrects. */
    supersedes?: string;
    /** Why it is corrected; needed with `supersedes`. */
    correction?: string;
}

/** A prescription. */
export interface PrescriptionDraft {
    /** Medicine. */
    medicine: string;
    /** Code system of `code`, a URI. */
    system?: string;
    /** Code. */
    code?: string;
    /** How it is taken. */
    dosage: DosageDraft;
    /** How much to dispense at a time, decimal text. */
    quantity?: string;
    /** Its unit as people write it. */
    quantity_unit?: string;
    /** How often it may be dispensed again. */
    refills?: number;
    /** From when it may be dispensed, a FHIR date; only with `valid_until`. */
    valid_from?: string;
    /** Until when it may be dispensed, a FHIR date; only with `valid_from`. */
    valid_until?: string;
    /** Whether the pharmacy may give another product. */
    substitution?: boolean;
    /** Why. */
    reason?: string;
    /** Notes. */
    note?: string;
    /** The own prescription that this corrects. */
    supersedes?: string;
    /** Why it is corrected; needed with `supersedes`. */
    correction?: string;
}

/** One test asked for. */
export interface TestDraft {
    /** Code system of `code`, LOINC when left out. */
    system?: string;
    /** Code. */
    code?: string;
    /** Its name. */
    display: string;
}

/** A laboratory request. */
export interface LabRequestDraft {
    /** Tests; at least one. */
    tests: TestDraft[];
    /** `routine`, `urgent`, `asap` or `stat`; `routine` when left out. */
    priority?: string;
    /** Which lab, by name, if one was chosen. */
    laboratory?: string;
    /** When it is wanted, a FHIR date. */
    wanted?: string;
    /** Why. */
    reason?: string;
    /** What the patient should do, such as fasting. */
    instruction?: string;
    /** Note to the lab. */
    note?: string;
    /** The own request that this corrects. */
    supersedes?: string;
    /** Why it is corrected; needed with `supersedes`. */
    correction?: string;
}
