// The catalogues beside the core, which bring the words of records and news in other languages. What is missing in one is said in English:
// these groups may miss nothing.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

const folder = new URL('../../../core/clinical/catalog/', import.meta.url);
const read = (language) => JSON.parse(readFileSync(new URL(`${language}.json`, folder), 'utf8'));
const languages = readdirSync(folder)
    .map((name) => name.replace(/\.json$/, ''))
    .filter((name) => name !== 'en');
const english = read('en');

/** Said in every language. The sentences of errors, of exports and of rare news are still English. */
const WHOLE = new Set(
    `category record status participation level range value timing when priority gender mark decision criticality severity verification purpose
    deletion right duplicate source absent unit empty`.split(/\s+/),
);
const group = (key) => key.split('.')[0];
const braces = (text) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();

test('there are catalogues for the languages of the portal', () => assert.deepEqual(languages.sort(), ['ar', 'de', 'hi', 'zh']));

for (const language of languages) {
    test(`the catalogue in ${language}`, () => {
        const own = read(language);
        const faults = Object.keys(english).flatMap((key) => (WHOLE.has(group(key)) && !own[key]?.trim() ? [`${key} is missing`] : []));
        for (const [key, text] of Object.entries(own)) {
            if (!(key in english)) faults.push(`${key} is not in English`);
            // "One record" may be said without its digit.
            else if (braces(text).join() !== braces(english[key]).join() && !key.endsWith('.one')) faults.push(`${key}: other words in braces`);
        }
        assert.deepEqual(faults, []);
    });
}
