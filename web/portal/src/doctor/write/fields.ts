// What the forms have in common: fields are texts while somebody types; an empty one is nothing.

import type { PartView, RecordView } from '@satchel/core';

/** The text of a field, or nothing. */
export const given = (text: string): string | undefined => text.trim() || undefined;

/** A whole number, or nothing. */
export function count(text: string): number | undefined {
    const number = Number(text.trim());
    return text.trim() !== '' && Number.isInteger(number) && number >= 0 ? number : undefined;
}

/** Decimals as the core reads them: people also write a comma. */
export const decimalText = (text: string): string | undefined => given(text.replace(/^\s*([-+]?\d+),(\d+)\s*$/, '$1.$2'));

/** What a record says under a phrase, first come first: for filling a form that corrects it. */
export function fact(part: PartView | undefined, phrase: string, word = 'text'): string {
    const found = part?.facts.find((each) => each.phrase === phrase);
    return found?.params.find(({ name }) => name === word)?.value ?? '';
}

export const facts = (part: PartView | undefined, phrase: string) => part?.facts.filter((each) => each.phrase === phrase) ?? [];

export const root = (view: RecordView): PartView | undefined => view.parts[0];
