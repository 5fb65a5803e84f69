// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** How a medicine is taken. */
export interface DosageDraft {
    /** Instruction in words. */
    instruction?: string;
    /** How much at a time, decimal text. */
    dose?: string;
    /** Its unit as people write it, such as `tablet`. */
    dose_unit?: string;
    /** UCUM code of that unit, such as `mg`. */
    dose_ucum?: string;
    /** Route, such as `by mouth`. */
    route?: string;
    /** How often in a period. */
    frequency?: number;
    /** Length of the period, decimal text; 1 when left out. */
    period?: string;
    /** `h`, `d`, `wk` or `mo`; `d` when left out. */
    period_unit?: string;
    /** Codes of HL7 EventTiming, such as `AC` before a meal or `HS` before sleep. */
    when: string[];
    /** Only when needed. */
    as_needed: boolean;
    /** For how long, decimal text. */
    duration?: string;
    /** `h`, `d`, `wk` or `mo`; `d` when left out. */
    duration_unit?: string;
}
