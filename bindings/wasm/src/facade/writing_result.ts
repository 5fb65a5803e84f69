// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** One value of a result. */
export interface ResultValue {
    /** What was measured. */
    name: string;
    /** Code system of `code`, LOINC when left out. */
    system?: string;
    /** Code. */
    code?: string;
    /** Decimal text, or words; left out only with `absent`. */
    value?: string;
    /** `<`, `<=`, `>` or `>=` when the value is only a bound. */
    comparator?: string;
    /** Unit as written. */
    unit?: string;
    /** Its UCUM code, when that is written otherwise. */
    ucum?: string;
    /** Lower end of the reference range, in the same unit. */
    low?: string;
    /** Upper end of the reference range, in the same unit. */
    high?: string;
    /** Reference range in words. */
    range_text?: string;
    /** Level as the lab states it; critical ones must be stated, others are computed from the range. */
    level?: string;
    /** Lower critical limit, in the same unit: a value below it is critically low. */
    critical_low?: string;
    /** Upper critical limit, in the same unit. */
    critical_high?: string;
    /** Which of the result's specimens it was measured in, counted from 1; needed only when there are several. */
    specimen?: number;
    /** Why there is no value: a code of data-absent-reason such as `not-performed`. */
    absent?: string;
    /** Note. */
    note?: string;
}

/** What was taken from the patient. */
export interface SpecimenDraft {
    /** Kind of material, such as `blood`. */
    kind: string;
    /** The lab's own number of it. */
    number?: string;
    /** When it was taken, a FHIR date; now when left out. */
    collected?: string;
    /** Why it cannot be used, if it cannot. */
    rejected?: string;
}

/** A laboratory result. */
export interface ResultDraft {
    /** What was examined: a panel or one test. */
    panel: string;
    /** Code system of `code`, LOINC when left out. */
    system?: string;
    /** Code of the panel. */
    code?: string;
    /** `partial`, `preliminary`, `final` or `cancelled`; `final`, for a correction `corrected`, when left out. */
    status?: string;
    /** The lab's own number of the report. */
    number?: string;
    /** Kind of material, such as `blood`, when there is only one specimen and nothing more to say of it. */
    specimen?: string;
    /** Specimens. */
    specimens: SpecimenDraft[];
    /** When it was taken or measured, a FHIR date; now when left out. */
    collected?: string;
    /** Values. */
    values: ResultValue[];
    /** Conclusion in words. */
    conclusion?: string;
    /** The own result that this corrects. */
    supersedes?: string;
    /** Why it is corrected; needed with `supersedes`. */
    correction?: string;
}
