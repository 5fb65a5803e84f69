// A catalogue: the texts of one area of the portal (the shell, the patient's screens, …) in every language.

import { type Language, language, locale, register } from './language.svelte';
import { type Arguments, type Plural, type Source, type Translation, fill } from './message';

type Others<S extends Source> = {
    readonly [L in Exclude<Language, 'en'>]: () => Promise<{ readonly default: Translation<S> }>;
};

/** Gives the function that speaks for an area: `t('key')`, `t('key', { name })`, for plurals `t('key', { n: 3 })`. */
export function catalogue<const S extends Source>(english: S, others: Others<S>) {
    let texts = $state.raw<Source>(english);
    register(async (wanted) => {
        const loaded: Source = wanted === 'en' ? english : (await others[wanted]()).default;
        return () => {
            texts = loaded;
        };
    });

    return function t<K extends keyof S & string>(key: K, ...[words]: Arguments<S[K]>): string {
        const given: Readonly<Record<string, string | number>> = words ?? {};
        const message: string | Plural = texts[key] ?? key;
        if (typeof message === 'string') return fill(message, given);
        const n = Number(given.n ?? 0);
        const form = new Intl.PluralRules(language()).select(n);
        return fill(message[form] ?? message.other, { ...given, n: new Intl.NumberFormat(locale()).format(n) });
    };
}
