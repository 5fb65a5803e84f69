// The catalogues beside the core, which bring the words of records, errors and news in other languages: whole, filled with the same words, and
// nothing left in English.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

const folder = new URL('../../../core/clinical/catalog/', import.meta.url);
const read = (language) => JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8'));
const languages = readdirSync(folder)
    .map((name) => name.replace(/\.json$/, ''))
    .filter((name) => name !== 'en');
const english = read('en');

/** Words that are the same in both languages. Phrases of nothing but words in braces are the same in all. */
const SAME = { de: ['record.patient', 'level.normal', 'range.text'] };
/** What a language has beside one and other. */
const PLURALS = { ar: ['two', 'few', 'many'] };
const braces = (text) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

test('there are catalogues for the languages of the portal', () => assert.deepEqual(languages.sort(), ['ar', 'de', 'hi', 'zh']));

for (const language of languages) {
    test(`the catalogue in ${language}`, () => {
        const own = read(language);
        const faults = Object.keys(english).flatMap((key) => (own[key]?.trim() ? [] : [`${key} is missing`]));
        for (const [key, text] of Object.entries(own)) {
            const [, base, form] = /^(.*)\.(\w+)$/.exec(key) ?? [];
            const like = english[key] ?? (PLURALS[language]?.includes(form) ? english[`${base}.other`] : undefined);
            if (like === undefined) faults.push(`${key} is not in English`);
            // "One record" may be said without its digit, and so may two.
            else if (braces(text).join() !== braces(like).join() && !/\.(one|two)$/.test(key)) faults.push(`${key}: other words in braces`);
            else if (text === like && /\p{L}/u.test(text.replace(/\{\w+\}/g, '')) && !SAME[language]?.includes(key)) faults.push(`${key} is English`);
        }
        assert.deepEqual(faults, []);
    });
}
