// A result while somebody types it, and what of it is signed. Nothing is judged here: units, ranges and levels are the core's.

import type { RecordView, ResultDraft, ResultValue } from '@satchel/core';
import { decimalText, fact, given, root } from '../../doctor/write/fields';
import { fhirTime } from './specimens';

export interface ValueField {
    name: string;
    code: string;
    value: string;
    unit: string;
    low: string;
    high: string;
    rangeText: string;
    comparator: string;
    criticalLow: string;
    criticalHigh: string;
    level: string;
    absent: string;
    specimen: string;
    note: string;
}

export interface ResultFields {
    panel: string;
    code: string;
    number: string;
    status: string;
    collected: string;
    material: string;
    /** Specimens that were named before, by what is signed of them. */
    specimens: { kind: string; number?: string; collected?: string }[];
    values: ValueField[];
    conclusion: string;
    correction: string;
}

export const emptyValue: ValueField = {
    name: '',
    code: '',
    value: '',
    unit: '',
    low: '',
    high: '',
    rangeText: '',
    comparator: '',
    criticalLow: '',
    criticalHigh: '',
    level: '',
    absent: '',
    specimen: '',
    note: '',
};

export const empty: ResultFields = {
    panel: '',
    code: '',
    number: '',
    status: '',
    collected: '',
    material: '',
    specimens: [],
    values: [{ ...emptyValue }],
    conclusion: '',
    correction: '',
};

/** A row without a value and without a reason why there is none is not signed; the review names it. */
export const isBlank = (value: ValueField) => !given(value.value) && !given(value.absent);

/** Names of rows that are left out. */
export const leftOut = (fields: ResultFields): string[] => fields.values.filter(isBlank).flatMap(({ name }) => given(name) ?? []);

function valueOf(value: ValueField): ResultValue {
    return {
        name: value.name.trim(),
        code: given(value.code),
        value: value.absent ? undefined : decimalText(value.value),
        comparator: value.absent ? undefined : given(value.comparator),
        unit: given(value.unit),
        low: decimalText(value.low),
        high: decimalText(value.high),
        range_text: given(value.rangeText),
        level: given(value.level),
        critical_low: decimalText(value.criticalLow),
        critical_high: decimalText(value.criticalHigh),
        specimen: value.specimen ? Number(value.specimen) : undefined,
        absent: given(value.absent),
        note: given(value.note),
    };
}

export function toDraft(fields: ResultFields, supersedes?: string): ResultDraft {
    return {
        panel: fields.panel.trim(),
        code: given(fields.code),
        status: given(fields.status),
        number: given(fields.number),
        specimen: fields.specimens.length > 0 ? undefined : given(fields.material),
        specimens: fields.specimens.map(({ kind, number, collected }) => ({ kind, number, collected })),
        collected: fhirTime(fields.collected),
        values: fields.values.filter((value) => !isBlank(value)).map(valueOf),
        conclusion: given(fields.conclusion),
        supersedes,
        correction: supersedes ? given(fields.correction) : undefined,
    };
}

/** The place of a signed value among the rows of the form; blank rows are not signed. */
export function rowOf(fields: ResultFields, number: number): number {
    const places = fields.values.flatMap((value, at) => (isBlank(value) ? [] : [at]));
    return places[number - 1] ?? -1;
}

export function fromView(view: RecordView): Partial<ResultFields> {
    const part = root(view);
    return {
        panel: part?.title ?? '',
        code: part?.codes[0]?.code ?? '',
        material: fact(part, 'fact.specimen'),
        conclusion: fact(part, 'fact.conclusion'),
        values: (part?.values ?? []).map((value) => ({
            ...emptyValue,
            name: value.name ?? '',
            code: value.codes[0]?.code ?? '',
            value: value.value ?? '',
            unit: value.unit ?? '',
            low: value.low ?? '',
            high: value.high ?? '',
            rangeText: value.low === undefined && value.high === undefined ? (value.range_text ?? '') : '',
            comparator: value.comparator ?? '',
            // A critical verdict was stated by the laboratory, or came from limits that the record does not repeat.
            level: value.level?.startsWith('critical') ? value.level : '',
            absent: value.value === undefined ? 'unknown' : '',
        })),
    };
}
