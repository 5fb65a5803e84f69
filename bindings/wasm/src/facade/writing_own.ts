// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** An allergy or intolerance. */
export interface AllergyDraft {
    /** What it is to. */
    substance: string;
    /** Code system of `code`, a URI. */
    system?: string;
    /** Code. */
    code?: string;
    /** `active`, `inactive` or `resolved`; `active` when left out. */
    status?: string;
    /** `food`, `medication`, `environment` or `biologic`. */
    kind?: string;
    /** `low`, `high` or `unable-to-assess`. */
    criticality?: string;
    /** What happens, in words. */
    reactions: string[];
    /** `mild`, `moderate` or `severe`; only with a reaction. */
    severity?: string;
    /** Since when, a FHIR date. */
    onset?: string;
    /** Note. */
    note?: string;
    /** The own entry that this corrects. */
    supersedes?: string;
}

/** A problem or diagnosis. */
export interface ConditionDraft {
    /** What it is. */
    name: string;
    /** Code system of `code`, a URI. */
    system?: string;
    /** Code. */
    code?: string;
    /** `active`, `recurrence`, `relapse`, `inactive`, `remission` or `resolved`; `active` when left out. */
    status?: string;
    /** Since when, a FHIR date. */
    onset?: string;
    /** Until when, a FHIR date. */
    until?: string;
    /** Note. */
    note?: string;
    /** The own entry that this corrects. */
    supersedes?: string;
}

/** A medicine that is taken. */
export interface MedicineDraft {
    /** What it is. */
    medicine: string;
    /** Code system of `code`, a URI. */
    system?: string;
    /** Code. */
    code?: string;
    /** `active`, `completed`, `intended`, `stopped`, `on-hold` or `not-taken`; `active` when left out. */
    status?: string;
    /** Since when, a FHIR date. */
    since?: string;
    /** Until when, a FHIR date. */
    until?: string;
    /** How it is taken. */
    dosage: DosageDraft;
    /** Note. */
    note?: string;
    /** The own entry that this corrects. */
    supersedes?: string;
}

/** One part of a measurement, such as systolic pressure. */
export interface MeasurementPart {
    /** What was measured. */
    name: string;
    /** Code system of `code`, LOINC when left out. */
    system?: string;
    /** Code. */
    code?: string;
    /** Decimal text, or words. */
    value: string;
    /** Unit as written. */
    unit?: string;
    /** Its UCUM code, when that is written otherwise. */
    ucum?: string;
    /** Lower end of the reference range. */
    low?: string;
    /** Upper end of the reference range. */
    high?: string;
}

/** A measurement: weight, blood pressure, blood group. */
export interface MeasurementDraft {
    /** What was measured. */
    name: string;
    /** Code system of `code`, LOINC when left out. */
    system?: string;
    /** Code. */
    code?: string;
    /** `vital-signs`, `laboratory`, `social-history` or `exam`; `vital-signs` when left out. */
    kind?: string;
    /** Decimal text, or words; left out when there are parts. */
    value?: string;
    /** Unit as written. */
    unit?: string;
    /** Its UCUM code, when that is written otherwise. */
    ucum?: string;
    /** Lower end of the reference range. */
    low?: string;
    /** Upper end of the reference range. */
    high?: string;
    /** Level as the owner states it, else computed from the range. */
    level?: string;
    /** When, a FHIR date; now when left out. */
    date?: string;
    /** Parts. */
    parts: MeasurementPart[];
    /** Note. */
    note?: string;
    /** The own entry that this corrects. */
    supersedes?: string;
}

/** An immunization. */
export interface ImmunizationDraft {
    /** Vaccine. */
    vaccine: string;
    /** Code system of `code`, a URI. */
    system?: string;
    /** Code. */
    code?: string;
    /** When, a FHIR date. */
    date: string;
    /** Lot number. */
    lot?: string;
    /** Which dose of the series. */
    dose?: number;
    /** Who gave it, in words. */
    performer?: string;
    /** Note. */
    note?: string;
    /** The own entry that this corrects. */
    supersedes?: string;
}

/** Somebody to call in an emergency. */
export interface ContactDraft {
    /** Name. */
    name: string;
    /** Relationship in words. */
    relationship?: string;
    /** Phone number. */
    phone?: string;
}

/** Who the patient is. */
export interface PatientDraft {
    /** Whole name, when it does not split. */
    name?: string;
    /** Family name. */
    family?: string;
    /** Given names. */
    given: string[];
    /** `female`, `male`, `other` or `unknown`. */
    gender?: string;
    /** Birth date: year, month or day. */
    birth_date?: string;
    /** Phone number. */
    phone?: string;
    /** E-mail address. */
    email?: string;
    /** Lines of the address. */
    address: string[];
    /** Town. */
    city?: string;
    /** Postal code. */
    postal_code?: string;
    /** Country. */
    country?: string;
    /** Preferred language, a BCP 47 tag. */
    language?: string;
    /** People to call. */
    contacts: ContactDraft[];
}
