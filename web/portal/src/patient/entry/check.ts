// Whether a field can be read at all, so that the fault stands beside it. What may be signed is the core's to say.

/** A FHIR date as people may give it: a year, a month or a day that there is. */
export function isDate(text: string): boolean {
    if (text === '') return true;
    const found = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text.trim());
    if (!found) return false;
    const [year, month, day] = [found[1], found[2] ?? '01', found[3] ?? '01'].map(Number) as [number, number, number];
    const date = new Date(Date.UTC(year, month - 1, day));
    return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

export const isNumber = (text: string): boolean => /^[-+]?\d+([.,]\d+)?$/.test(text.trim());

/** Decimal text as the core reads it: with a point. */
export const decimalOf = (text: string): string => text.trim().replace(',', '.');

/** An empty field says nothing. */
export const given = (text: string): string | undefined => text.trim() || undefined;
