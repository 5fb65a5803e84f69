// Numbers, dates and sizes in the language in use. Clinical values keep the digits that were signed.

import { type Language, language, locale } from './language.svelte';

const DECIMAL = /^[-+]?\d+(\.(\d+))?$/;

/** A decimal as text, digit for digit; only the sign between whole and fraction is the language's. */
export function decimal(text: string): string {
    const match = DECIMAL.exec(text);
    if (!match) return text;
    const digits = Math.min(match[2]?.length ?? 0, 100);
    const format = new Intl.NumberFormat(locale(), {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: false,
    });
    return format.format(text as `${number}`);
}

/** A count. */
export function whole(number: number): string {
    return new Intl.NumberFormat(locale()).format(number);
}

const at = (seconds: number) => new Date(seconds * 1000);

/** `24 Nov 2026, 09:05`, where the person is. */
export function moment(seconds: number): string {
    return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium', timeStyle: 'short' }).format(at(seconds));
}

/** `24 November 2026`, where the person is. */
export function day(seconds: number): string {
    return new Intl.DateTimeFormat(locale(), { dateStyle: 'long' }).format(at(seconds));
}

/** `24 Nov 2026`. */
export function shortDay(seconds: number): string {
    return new Intl.DateTimeFormat(locale(), { dateStyle: 'medium' }).format(at(seconds));
}

/** `Tuesday, 24 November`, with the year when it is another one. */
export function weekday(seconds: number, now: number): string {
    const year = at(seconds).getFullYear() === at(now).getFullYear() ? {} : ({ year: 'numeric' } as const);
    const format = new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long', ...year });
    return format.format(at(seconds));
}

/** `09:05`. */
export function clock(seconds: number): string {
    return new Intl.DateTimeFormat(locale(), { timeStyle: 'short' }).format(at(seconds));
}

/** `Tue, 24 Nov, 09:05 – 09:20`, with the year when it is another one. */
export function span(start: number, end: number): string {
    const year = at(start).getFullYear() === new Date().getFullYear() ? {} : ({ year: 'numeric' } as const);
    const format = new Intl.DateTimeFormat(locale(), {
        weekday: 'short',
        day: 'numeric',
        month: 'short',
        ...year,
        hour: '2-digit',
        minute: '2-digit',
    });
    return end > start ? format.formatRange(at(start), at(end)) : format.format(at(start));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
    ['year', 31_557_600],
    ['month', 2_629_800],
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
];

/** `5 minutes ago`, `in 3 days`; within a minute `now`. */
export function relative(seconds: number, now: number): string {
    const format = new Intl.RelativeTimeFormat(locale(), { numeric: 'auto' });
    const delta = seconds - now;
    for (const [unit, length] of STEPS) {
        if (Math.abs(delta) >= length) return format.format(Math.round(delta / length), unit);
    }
    return format.format(0, 'second');
}

/** A FHIR date: a year, a month, a day or an instant. It is never widened to more than it says, and a day is the same day everywhere. */
export function fhirDate(text: string): string {
    const [, year, month, date, time] = /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(T.+)?$/.exec(text) ?? [];
    if (!year) return text;
    if (time) {
        const instant = new Date(text);
        return Number.isNaN(instant.getTime()) ? text : moment(instant.getTime() / 1000);
    }
    const noon = new Date(Date.UTC(Number(year), Number(month ?? 1) - 1, Number(date ?? 1)));
    noon.setUTCFullYear(Number(year));
    const shape: Intl.DateTimeFormatOptions = { timeZone: 'UTC', year: 'numeric' };
    if (month) shape.month = date ? 'short' : 'long';
    if (date) shape.day = 'numeric';
    return new Intl.DateTimeFormat(locale(), shape).format(noon);
}

/** `3.2 MB`. */
export function bytes(size: number): string {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
    const power = Math.min(Math.floor(Math.log(Math.max(size, 1)) / Math.log(1000)), units.length - 1);
    const value = size / 1000 ** power;
    const digits = power > 0 && value < 10 ? 1 : 0;
    return new Intl.NumberFormat(locale(), {
        style: 'unit',
        unit: units[power],
        unitDisplay: power === 0 ? 'long' : 'short',
        maximumFractionDigits: digits,
    }).format(value);
}

/** `a, b and c`. */
export function listed(words: readonly string[]): string {
    return new Intl.ListFormat(locale(), { type: 'conjunction' }).format(words);
}

/**
 * Parts of a line with a dot between them. Where one reads from the right, each is kept to itself: names and numbers of another direction
 * would change places with what stands beside them.
 */
export function dotted(parts: readonly (string | false | undefined)[]): string {
    const said = parts.filter((part): part is string => !!part);
    if (language() !== 'ar' || said.length < 2) return said.join(' · ');
    // The mark before them gives the line itself its direction: parts that keep to themselves give none.
    return `\u200F${said.map((part) => `\u2068${part}\u2069`).join(' · ')}`;
}

/** Digits that are compared sign by sign keep their order wherever they stand. */
export const leftToRight = (text: string): string => `\u2066${text}\u2069`;

const COMMAS: { readonly [tag in Language]?: string } = { ar: '، ', zh: '，' };

/** With the comma of the language, and no last "and". */
export function commas(words: readonly string[]): string {
    return words.join(COMMAS[language()] ?? ', ');
}

/** `3 days`, `15 minutes`: a length of time in its largest whole unit. */
export function duration(seconds: number): string {
    const units = [
        ['year', 31_536_000],
        ['day', 86_400],
        ['hour', 3_600],
        ['minute', 60],
        ['second', 1],
    ] as const;
    const [unit, length] = units.find(([, length]) => seconds >= length && seconds % length === 0) ?? units[4];
    return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long' }).format(seconds / length);
}
