import type { PrescriptionDraft, RecordView } from '@satchel/core';
import { count, decimalText, fact, facts, given, root } from './fields';

export interface PrescriptionFields {
    medicine: string;
    system: string;
    code: string;
    dose: string;
    doseUnit: string;
    route: string;
    frequency: string;
    period: string;
    periodUnit: string;
    when: string;
    asNeeded: boolean;
    duration: string;
    durationUnit: string;
    instruction: string;
    quantity: string;
    quantityUnit: string;
    refills: string;
    validFrom: string;
    validUntil: string;
    substitution: boolean;
    reason: string;
    note: string;
    correction: string;
}

export const empty: PrescriptionFields = {
    medicine: '',
    system: '',
    code: '',
    dose: '',
    doseUnit: '',
    route: '',
    frequency: '',
    period: '1',
    periodUnit: 'd',
    when: '',
    asNeeded: false,
    duration: '',
    durationUnit: 'd',
    instruction: '',
    quantity: '',
    quantityUnit: '',
    refills: '',
    validFrom: '',
    validUntil: '',
    substitution: true,
    reason: '',
    note: '',
    correction: '',
};

/** Code systems of medicines that prescribers use. */
export const SYSTEMS = [
    { value: 'http://www.whocc.no/atc', label: 'ATC' },
    { value: 'http://www.nlm.nih.gov/research/umls/rxnorm', label: 'RxNorm' },
    { value: 'http://snomed.info/sct', label: 'SNOMED CT' },
];

/** HL7 EventTiming codes that a patient understands; their words are in the catalogue of the core. */
export const WHEN = ['MORN', 'NOON', 'AFT', 'EVE', 'NIGHT', 'HS', 'AC', 'C', 'PC', 'WAKE'];

export function toDraft(fields: PrescriptionFields, supersedes?: string): PrescriptionDraft {
    const frequency = count(fields.frequency);
    const duration = decimalText(fields.duration);
    const code = given(fields.code);
    return {
        medicine: fields.medicine.trim(),
        system: code ? given(fields.system) : undefined,
        code,
        dosage: {
            instruction: given(fields.instruction),
            dose: decimalText(fields.dose),
            dose_unit: given(fields.doseUnit),
            route: given(fields.route),
            frequency,
            period: frequency === undefined ? undefined : decimalText(fields.period),
            period_unit: frequency === undefined ? undefined : fields.periodUnit,
            when: fields.when ? [fields.when] : [],
            as_needed: fields.asNeeded,
            duration,
            duration_unit: duration === undefined ? undefined : fields.durationUnit,
        },
        quantity: decimalText(fields.quantity),
        quantity_unit: given(fields.quantityUnit),
        refills: count(fields.refills),
        valid_from: given(fields.validFrom),
        valid_until: given(fields.validUntil),
        substitution: fields.substitution ? undefined : false,
        reason: given(fields.reason),
        note: given(fields.note),
        supersedes,
        correction: supersedes ? given(fields.correction) : undefined,
    };
}

/** `unit.d` of a phrase as the code of a field. */
const unitOf = (phrase: string) => phrase.replace(/^unit\./, '') || 'd';

export function fromView(view: RecordView): Partial<PrescriptionFields> {
    const part = root(view);
    const said = (phrase: string) => facts(part, phrase).length > 0;
    const code = part?.codes[0];
    const timing = {
        'timing.per_day': () => ({ frequency: fact(part, 'timing.per_day', 'count'), period: '1', periodUnit: 'd' }),
        'timing.per_week': () => ({ frequency: fact(part, 'timing.per_week', 'count'), period: '1', periodUnit: 'wk' }),
        'timing.every': () => ({
            frequency: '1',
            period: fact(part, 'timing.every', 'count'),
            periodUnit: unitOf(fact(part, 'timing.every', 'unit')),
        }),
        'timing.times_every': () => ({
            frequency: fact(part, 'timing.times_every', 'times'),
            period: fact(part, 'timing.times_every', 'count'),
            periodUnit: unitOf(fact(part, 'timing.times_every', 'unit')),
        }),
    };
    const spoken = Object.entries(timing).find(([phrase]) => said(phrase));
    return {
        medicine: part?.title ?? '',
        system: code?.system ?? '',
        code: code?.code ?? '',
        dose: fact(part, 'fact.dose', 'count'),
        doseUnit: fact(part, 'fact.dose', 'unit'),
        route: fact(part, 'fact.route'),
        ...spoken?.[1](),
        when: fact(part, 'fact.when').replace(/^when\./, ''),
        asNeeded: said('fact.as_needed'),
        duration: fact(part, 'fact.duration', 'count'),
        durationUnit: unitOf(fact(part, 'fact.duration', 'unit')),
        instruction: fact(part, 'fact.instruction'),
        quantity: fact(part, 'fact.quantity', 'count'),
        quantityUnit: fact(part, 'fact.quantity', 'unit'),
        refills: fact(part, 'fact.refills', 'count'),
        validFrom: fact(part, 'fact.valid_from', 'date'),
        validUntil: fact(part, 'fact.valid_until', 'date'),
        substitution: !said('fact.no_substitution'),
        reason: fact(part, 'fact.reason'),
        note: fact(part, 'fact.note'),
    };
}
