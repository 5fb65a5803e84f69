// The language in use: one choice for the whole page, kept on this device.

export const languages = {
    en: { name: 'English', dir: 'ltr' },
    de: { name: 'Deutsch', dir: 'ltr' },
    ar: { name: 'العربية', dir: 'rtl' },
    hi: { name: 'हिन्दी', dir: 'ltr' },
    zh: { name: '简体中文', dir: 'ltr' },
} as const;

export type Language = keyof typeof languages;

const KEPT = 'satchel.language';

let used = $state<Language>('en');

/** Something that has texts in several languages: brings them for one, and gives what puts them to use. */
type Loader = (language: Language) => Promise<() => void>;
const loaders: Loader[] = [];
let coming: Promise<unknown> = Promise.resolve();

export function language(): Language {
    return used;
}

/** The tag for `Intl`: the person's own country where the browser names one, Latin digits in every language, as laboratories print them. */
export function locale(): string {
    const own = navigator.languages.find((tag) => tag.split('-')[0] === used) ?? used;
    return `${own.split('-u-')[0]}-u-nu-latn`;
}

export function isLanguage(text: string | null | undefined): text is Language {
    return !!text && Object.hasOwn(languages, text);
}

/** Texts that take part in a change of language. What registers late, with the screens of a role, follows at once. */
export function register(loader: Loader): void {
    loaders.push(loader);
    coming = Promise.all([coming, loader(used).then((use) => use())]);
}

/** Resolves when every text registered so far is there in the language in use. */
export async function textsReady(): Promise<void> {
    let seen: Promise<unknown>;
    do {
        seen = coming;
        await seen;
    } while (seen !== coming);
}

/** Changes the language; all texts change in one step, after all of them are there. */
export async function setLanguage(wanted: Language): Promise<void> {
    const uses = await Promise.all(loaders.map((loader) => loader(wanted)));
    used = wanted;
    uses.forEach((use) => use());
    document.documentElement.lang = wanted === 'zh' ? 'zh-Hans' : wanted;
    document.documentElement.dir = languages[wanted].dir;
    try {
        localStorage.setItem(KEPT, wanted);
    } catch {
        // Without storage the choice lasts as long as the page.
    }
}

/** The language kept on this device, else the first of the browser's that the portal speaks, else English. */
export function preferredLanguage(): Language {
    let kept: string | null = null;
    try {
        kept = localStorage.getItem(KEPT);
    } catch {
        // As above.
    }
    const wished = [kept, ...navigator.languages.map((tag) => tag.split('-')[0])];
    return wished.find((tag): tag is Language => isLanguage(tag)) ?? 'en';
}
