// Sentences about records, errors and news, from the catalogue beside the core (`core/clinical/catalog`): the same on every surface.

import { decimal, fhirDate, moment } from './format';
import { language, register } from './language.svelte';

type Phrases = Readonly<Record<string, string>>;

/** A word for a phrase, as the core gives it. */
export interface Word {
    name: string;
    value: string;
    kind?: string;
}

const files = import.meta.glob<Phrases>('../../../../core/clinical/catalog/*.json', { import: 'default' });
const load = (tag: string) => files[`../../../../core/clinical/catalog/${tag}.json`]?.();

let phrases = $state.raw<Phrases>();
let wanted = false;

/** Has the catalogue come, and follow the language from then on. The first page does without it. */
export function wantPhrases(): void {
    if (wanted) return;
    wanted = true;
    register(async (language) => {
        const [english, own] = await Promise.all([load('en'), language === 'en' ? undefined : load(language)]);
        return () => {
            phrases = { ...english, ...own };
        };
    });
}

/** Whether the catalogue has this phrase. */
export function hasPhrase(key: string): boolean {
    wantPhrases();
    return phrases !== undefined && key in phrases;
}

/** The phrase of a key, filled. A code without a phrase is shown as it is; while the catalogue is coming, nothing is. */
export function phrase(key: string, words: readonly Word[] = []): string {
    const count = words.find((word) => word.name === 'count')?.value;
    const text = chosen(key, count).replace(/\{(\w+)\}/g, (_, name: string) => {
        const word = words.find((word) => word.name === name);
        return word ? said(word, count) : '';
    });
    // An empty word, such as a missing unit, leaves no double space.
    return text.replace(/ {2,}/g, ' ').trim();
}

function said(word: Word, count: string | undefined): string {
    if (word.kind === 'phrase') return chosen(word.value, count);
    if (word.kind === 'date') return fhirDate(word.value);
    if (word.kind === 'number') return decimal(word.value);
    if (word.name === 'code') return '';
    if (word.name === 'time' && /^\d{9,11}$/.test(word.value)) return moment(Number(word.value));
    return word.value;
}

function chosen(key: string, count: string | undefined): string {
    wantPhrases();
    if (!phrases) return '';
    const form = count === undefined ? undefined : new Intl.PluralRules(language()).select(Number(count));
    const plural = form && phrases[`${key}.${form}`];
    return plural ?? phrases[key] ?? phrases[`${key}.other`] ?? key.slice(key.indexOf('.') + 1);
}

/** The sentence of an error code. */
export function sentence(code: string, words: readonly Word[] = []): string {
    return hasPhrase(`error.${code}`) ? phrase(`error.${code}`, words) : phrase('error.other');
}

/** News of the core as a sentence, with the reason when one is given. */
export function news(show: { kind: string; params: readonly Word[] }): string {
    const code = show.params.find((word) => word.name === 'code')?.value;
    // A code without a sentence is no fault but a state, which the phrase already names.
    const why = code && hasPhrase(`error.${code}`) ? sentence(code) : '';
    return [phrase(show.kind, show.params), why].filter(Boolean).join(' ');
}
