// What stands on paper: picked from the record, in the record's own words.

import type { RecordSummary, RecordView } from '@satchel/core';
import { dosageOf, factsOf, figureOf, nameOf, titleOf } from '../../record/describe';
import { dotted, fhirDate } from '../../text/format';
import { levelText } from '../../ui/level';

const VOID = new Set(['entered-in-error', 'cancelled']);
const OVER = new Set(['resolved', 'inactive', 'completed', 'stopped', 'not-taken']);

export const inForce = (record: RecordSummary): boolean => !record.superseded_by && !VOID.has(record.status ?? '');
export const stillSo = (record: RecordSummary): boolean => inForce(record) && !OVER.has(record.status ?? '');

/** The records of a summary, by the section they stand in. */
export function sections(records: readonly RecordSummary[]) {
    const of = (category: string) => records.filter((record) => record.category === category);
    return {
        allergies: of('allergy').filter(stillSo),
        medicines: of('medication').filter((record) => stillSo(record) && (record.kind === 'record.medicine' || record.kind === 'record.prescription')),
        problems: of('problem').filter(stillSo),
        results: of('laboratory')
            .filter((record) => inForce(record) && record.kind !== 'record.order_progress')
            .slice(0, 6),
        immunizations: of('immunization').filter(inForce).slice(0, 12),
        measures: of('vital_sign').filter(inForce).slice(0, 6),
        wishes: of('consent').filter((record) => inForce(record) && record.kind === 'record.wish'),
    };
}

/** A record in one line. */
export function line(record: RecordSummary, view: RecordView | undefined): string {
    const part = view?.parts[0];
    const dosage = part ? dosageOf(part) : '';
    const values = (view?.parts ?? []).flatMap((each) => each.values);
    const said = values.map((value) => {
        const figure = `${figureOf(value)} ${value.unit ?? ''}`.trim();
        const level = value.level && value.level !== 'normal' ? ` (${levelText(value.level)})` : '';
        return values.length === 1 && nameOf(value) === record.title ? `${figure}${level}` : `${nameOf(value)} ${figure}${level}`;
    });
    const facts = part && record.category !== 'laboratory' && record.category !== 'vital_sign' ? factsOf(part).slice(0, 3) : [];
    return dotted([titleOf(record), dosage, said.join('; '), ...facts]);
}

export const dated = (record: RecordSummary): string => (record.date ? fhirDate(record.date.slice(0, 10)) : '');
