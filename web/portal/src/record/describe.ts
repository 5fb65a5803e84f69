// Words and signs for records: what a row says, what a value says. Facts come from the core; nothing is judged here.

import type { PartView, RecordSummary, ValueView } from '@satchel/core';
import { decimal, fhirDate, shortDay } from '../text/format';
import { hasPhrase, phrase } from '../text/phrase.svelte';
import type { IconName } from '../ui/icons';
import { t } from './text';

const ICONS: Record<string, IconName> = {
    demographics: 'user',
    problem: 'heart',
    allergy: 'alert',
    medication: 'pill',
    immunization: 'syringe',
    vital_sign: 'gauge',
    laboratory: 'flask',
    imaging: 'image',
    procedure: 'doctor',
    visit: 'doctor',
    order: 'list',
    appointment: 'calendar',
    care_plan: 'list',
    consent: 'signature',
    document: 'file',
    provenance: 'signature',
    coverage: 'wallet',
};

export const categoryIcon = (category: string): IconName => ICONS[category] ?? 'records';

export const categoryName = (category: string): string => phrase(`category.${category}`);

/** Somebody sent it, and it was not looked at on this device. */
export const isFresh = (record: RecordSummary): boolean => record.source === 'received' && record.opened === undefined;

export const titleOf = (record: RecordSummary): string => record.title ?? phrase(record.kind);

/** Kind and day, the kind only where the title does not say it already. */
export function detailOf(record: RecordSummary): string {
    const kind = phrase(record.kind);
    return record.title && record.title !== kind ? kind : '';
}

export function dateOf(record: RecordSummary): string {
    return record.date ? fhirDate(record.date) : shortDay(record.time);
}

/** `Dr Rao, City Hospital`. */
export function byOf(record: { author: string; organization?: string }): string {
    return record.organization ? t('authorAt', { author: record.author, organization: record.organization }) : record.author;
}

/** What was measured: its name, else its code. */
export const nameOf = (value: ValueView): string => value.name ?? value.codes[0]?.display ?? value.codes[0]?.code ?? phrase('value.unnamed');

/** The value as it was signed, digit for digit. */
export function figureOf(value: ValueView): string {
    if (value.value === undefined) return phrase('value.none');
    if (value.numeric) return `${value.comparator ?? ''}${decimal(value.value)}`;
    return value.value === 'true' || value.value === 'false' ? phrase(`value.${value.value}`) : value.value;
}

/** The range in words; nothing where the laboratory gave none. */
export function rangeOf(value: Pick<ValueView, 'low' | 'high' | 'range_text' | 'unit'>): string | undefined {
    const unit = value.unit ?? '';
    const trim = (text: string) => text.trim();
    if (value.low !== undefined && value.high !== undefined) {
        return trim(t('rangeBetween', { low: decimal(value.low), high: decimal(value.high), unit }));
    }
    if (value.high !== undefined) return trim(t('rangeUpTo', { high: decimal(value.high), unit }));
    if (value.low !== undefined) return trim(t('rangeFrom', { low: decimal(value.low), unit }));
    return value.range_text ? t('rangeText', { text: value.range_text }) : undefined;
}

/** Phrases that belong to a medicine's name: dose, how often, how long. */
const DOSAGE = new Set([
    'fact.dose',
    'timing.per_day',
    'timing.per_week',
    'timing.every',
    'timing.times_every',
    'fact.as_needed',
    'fact.as_needed_for',
    'fact.when',
    'fact.duration',
    'fact.doses',
    'fact.take_until',
    'fact.refills',
]);

/** How a medicine is taken, in one line. */
export function dosageOf(part: PartView): string {
    return part.facts
        .filter((fact) => DOSAGE.has(fact.phrase))
        .map((fact) => phrase(fact.phrase, fact.params))
        .join(', ');
}

/** Everything else that a part says. */
export function factsOf(part: PartView): string[] {
    return part.facts.filter((fact) => !DOSAGE.has(fact.phrase)).map((fact) => phrase(fact.phrase, fact.params));
}

/** Statuses that say no more than that the record is there. */
const PLAIN = new Set(['final', 'completed', 'current']);

/** Whether a status says something that a reader must know. */
export const isTelling = (status: string | undefined): status is string => status !== undefined && !PLAIN.has(status);

/** Not the last word of whoever signed it: more is to come. */
export const isPreliminary = (status: string | undefined): status is string => status === 'preliminary' || status === 'partial';

/** A FHIR status in words. */
export const statusOf = (status: string): string => (hasPhrase(`status.${status}`) ? phrase(`status.${status}`) : status);
