// The colours by name: words reach 4.5 to 1 on every ground they stand on, signs, bands and rings 3 to 1, in the light and in the dark.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';

const css = readFileSync(new URL('../src/style/tokens.css', import.meta.url), 'utf8');
const colours = new Map(
    [...css.matchAll(/--([\w-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)/g)].map(([, name, light, dark]) => [name, { light, dark }]),
);

const WORDS = [
    ...['ink', 'muted', 'brand', 'brand-strong'].flatMap((ink) => ['card', 'ground', 'sunk', 'brand-soft'].map((on) => [ink, on])),
    ['on-brand', 'brand'],
    ['on-bad', 'bad-mark'],
    ...['good', 'warn', 'bad', 'info'].flatMap((tone) => [[tone, `${tone}-soft`], [tone, 'card'], ['ink', `${tone}-soft`], ['muted', `${tone}-soft`]]),
];
const SIGNS = [
    ['good-mark', 'track'],
    ['good-mark', 'card'],
    ['warn-mark', 'card'],
    ['bad-mark', 'card'],
    ['edge', 'card'],
    ['edge', 'ground'],
    ['brand', 'track'],
    ['ring-out', 'ring-in'],
    ['ring-out', 'card'],
    ['ring-out', 'ground'],
];

function luminance(hex) {
    const [r, g, b] = [1, 3, 5].map((at) => {
        const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
}

for (const theme of ['light', 'dark']) {
    for (const [pairs, least] of [
        [WORDS, 4.5],
        [SIGNS, 3],
    ]) {
        test(`${theme}: at least ${least} to 1`, () => {
            const faults = pairs.flatMap(([mark, on]) => {
                const [one, other] = [colours.get(mark), colours.get(on)];
                assert.ok(one && other, `${mark} or ${on} is no colour`);
                const ratio = contrast(one[theme], other[theme]);
                return ratio < least ? [`${mark} on ${on}: ${ratio.toFixed(2)}`] : [];
            });
            assert.deepEqual(faults, []);
        });
    }
}

/** What the charts draw with, by the names in their own files: marks, and what lies beneath or between them. */
const CHARTS = {
    'trend.ts': { find: /colour\('--([\w-]+)'\)/g, marks: ['brand', 'good-mark', 'warn-mark', 'bad-mark', 'ink'], on: ['card', 'good-soft'], beneath: ['line'], words: ['muted'] },
    'NumberLine.svelte': { find: /(?:background|border|outline):[^;]*var\(--([\w-]+)\)/g, marks: ['good-mark', 'warn-mark', 'bad-mark', 'ink'], on: ['card'], beneath: ['track'], words: [] },
};

for (const [file, { find, marks, on, beneath, words }] of Object.entries(CHARTS)) {
    test(`${file} draws nothing that is hard to see`, () => {
        const named = new Set([...readFileSync(new URL(`../src/ui/${file}`, import.meta.url), 'utf8').matchAll(find)].map(([, name]) => name));
        assert.deepEqual([...named].sort(), [...new Set([...marks, ...on, ...beneath, ...words])].sort(), 'every colour of the file is judged here, and no other');
        for (const theme of ['light', 'dark']) {
            for (const mark of marks) {
                for (const ground of on) {
                    const ratio = contrast(colours.get(mark)[theme], colours.get(ground)[theme]);
                    assert.ok(ratio >= 3, `${theme}: ${mark} on ${ground}: ${ratio.toFixed(2)}`);
                }
            }
        }
    });
}
