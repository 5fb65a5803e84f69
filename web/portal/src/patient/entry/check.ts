// Whether a field can be read at all, so that the fault stands beside it. What may be signed is the core's to say.

/** A FHIR date as people may give it: a year, a month or a day. */
export const isDate = (text: string): boolean => text === '' || /^\d{4}(-\d\d(-\d\d)?)?$/.test(text.trim());

export const isNumber = (text: string): boolean => /^[-+]?\d+([.,]\d+)?$/.test(text.trim());

/** Decimal text as the core reads it: with a point. */
export const decimalOf = (text: string): string => text.trim().replace(',', '.');

/** An empty field says nothing. */
export const given = (text: string): string | undefined => text.trim() || undefined;
