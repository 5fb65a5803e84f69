// What is shared, in sentences; and the choices that the share screen begins with.

import type { GrantView, OfferRequest, OfferRight } from '@satchel/core';
import { categoryName } from '../../record/describe';
import { commas, duration, listed, moment, shortDay } from '../../text/format';
import { language } from '../../text/language.svelte';
import { t } from './text';

export const HOUR = 3_600;
export const DAY = 86_400;
const YEAR = 365 * DAY;
/** After reading ends, results of what was ordered may still come in for this long. */
const APPEND_LONGER = 90 * DAY;

/** All categories that records fall into. */
export const CATEGORIES = [
    'demographics',
    'problem',
    'allergy',
    'medication',
    'immunization',
    'vital_sign',
    'laboratory',
    'imaging',
    'procedure',
    'visit',
    'order',
    'appointment',
    'care_plan',
    'consent',
    'document',
    'provenance',
    'coverage',
    'other',
] as const;

const ESSENTIALS = ['demographics', 'problem', 'allergy', 'medication', 'immunization', 'vital_sign', 'laboratory', 'visit', 'consent'];

export const TERMS = [HOUR, DAY, 7 * DAY, 30 * DAY, YEAR, 0] as const;

export function termName(seconds: number): string {
    switch (seconds) {
        case HOUR:
            return t('term3600');
        case DAY:
            return t('term86400');
        case 7 * DAY:
            return t('term604800');
        case 30 * DAY:
            return t('term2592000');
        case YEAR:
            return t('term31536000');
        case 0:
            return t('term0');
        default:
            return duration(seconds);
    }
}

/** What the share screen is filled with for a kind of reader. */
export interface Preset {
    categories: readonly string[];
    /** Seconds back from now; 0 for all time. */
    back: number;
    ongoing: boolean;
    /** Seconds; 0 for no end. */
    term: number;
    append: boolean;
    order: boolean;
}

export const presets = {
    visit: { categories: ESSENTIALS, back: YEAR, ongoing: false, term: DAY, append: true, order: true },
    family: { categories: CATEGORIES, back: 0, ongoing: true, term: YEAR, append: true, order: true },
    lab: { categories: ['demographics', 'order'], back: 0, ongoing: false, term: 30 * DAY, append: true, order: false },
    carer: { categories: ESSENTIALS, back: 0, ongoing: true, term: 30 * DAY, append: false, order: false },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

/** The rights of an offer or a renewal: adding goes on longer than reading. */
export function rightsOf(choice: { term: number; append: boolean; order: boolean }): OfferRight[] {
    const { term, append, order } = choice;
    const right = (name: string, seconds: number): OfferRight => (term === 0 ? { right: name } : { right: name, seconds });
    return [
        right('read', term),
        ...(append ? [right('append', term + APPEND_LONGER)] : []),
        ...(order ? [right('order', term)] : []),
    ];
}

/** `for 1 day`, `without an end`. */
export const termSentence = (seconds: number | undefined): string =>
    seconds === undefined || seconds === 0 ? t('termOpen') : t('termFor', { length: duration(seconds) });

interface Scope {
    categories: readonly string[];
    records: readonly string[];
    from?: number;
    until?: number;
}

/** English writes names of kinds small inside a sentence; the others' catalogues have them as they stand there. */
const inSentence = (name: string): string => (language() === 'en' ? name.charAt(0).toLowerCase() + name.slice(1) : name);

/** `problems, medicines and allergies, since 3 Nov 2025`. */
export function scopeWords(scope: Scope): string {
    const names =
        scope.categories.length === CATEGORIES.length
            ? [t('everything')]
            : scope.categories.map((category) => inSentence(categoryName(category)));
    const single = scope.records.length > 0 ? [t('singleRecords', { n: scope.records.length })] : [];
    const from = scope.from !== undefined ? `, ${t('since', { date: shortDay(scope.from) })}` : '';
    return listed([...names, ...single]) + from;
}

/** The same in few words, for a row of a list. */
export function scopeShort(grant: GrantView): string {
    const few = 3;
    const names = grant.categories.length === CATEGORIES.length ? [t('everything')] : grant.categories.map((category) => inSentence(categoryName(category)));
    const single = grant.records.length > 0 ? [t('singleRecords', { n: grant.records.length })] : [];
    const all = [...names, ...single];
    const words = all.length > few + 1 ? `${commas(all.slice(0, few))} ${t('scopeMore', { n: all.length - few })}` : listed(all);
    return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** What an offer allows, sentence by sentence. */
export function offerSentences(request: OfferRequest, count: number): string[] {
    const seconds = (name: string) => request.rights.find((right) => right.right === name);
    const read = seconds('read');
    const append = seconds('append');
    const order = seconds('order');
    return [
        t('sentenceRead', { n: count, what: scopeWords(request), term: termSentence(read?.seconds) }),
        ...(request.ongoing ? [t('sentenceOngoing')] : []),
        ...(append ? [t('sentenceAppend', { term: termSentence(append.seconds) })] : []),
        ...(order ? [t('sentenceOrder', { term: termSentence(order.seconds) })] : []),
    ];
}

/** What a grant covers, in one line. */
export function grantScope(grant: GrantView): string {
    const period =
        grant.from !== undefined || grant.until !== undefined
            ? [
                  t('scopePeriod', {
                      from: grant.from === undefined ? t('anyTime') : shortDay(grant.from),
                      until: grant.until === undefined ? t('anyTime') : shortDay(grant.until),
                  }),
              ]
            : [];
    const words = commas([scopeWords({ categories: grant.categories, records: grant.records }), ...period, grant.ongoing ? t('scopeLater') : t('scopeNow')]);
    return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

export const rightName = (right: string): string =>
    right === 'read' || right === 'append' || right === 'order' ? t(`right_${right}`) : right;

/** Each right with its end. */
export function grantEnds(grant: GrantView): string[] {
    return grant.permissions.map(({ right, until }) =>
        until === undefined ? t('untilOpen', { right: rightName(right) }) : t('untilEach', { right: rightName(right), time: moment(until) }),
    );
}
