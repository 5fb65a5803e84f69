// What the strict policies rest on: nothing in the sources goes around them.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const FOLDERS = ['../src/', '../../core/src/'].map((path) => new URL(path, import.meta.url));
/** Names of code systems look like addresses; nothing is fetched from there. */
const CODE_SYSTEMS = /http:\/\/(snomed\.info\/sct|www\.nlm\.nih\.gov\/research\/umls\/rxnorm|www\.whocc\.no\/atc|loinc\.org|unitsofmeasure\.org|terminology\.hl7\.org\/CodeSystem\/[a-z-]+)/g;
/** Settings of this browser, never content of a record; a further file is looked at before it is added here. */
const KEEPING = /(idle|theme\.svelte|language\.svelte|door\/(kit|demo)|calendar\/hours)\.ts$/;
/** What must not stand in a source, and why. */
const BANNED = [
    [/\{@html\b/, 'Svelte’s policy passes every text: markup from outside would run'],
    [/\.innerHTML\b|\.outerHTML\b|insertAdjacentHTML|document\.write\b/, 'markup by text'],
    [/\beval\(|\bnew Function\b/, 'code by text'],
    [/\sstyle="[^"{]*"/, 'a style attribute, which the policy refuses: use a class or `style:`'],
    [/https?:\/\/[a-z0-9-]+\.[a-z]/, 'another host'],
];

function sources(folder) {
    return readdirSync(folder, { recursive: true })
        .filter((name) => /\.(ts|svelte)$/.test(name))
        .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]);
}

test('no source goes around the policies', () => {
    const all = FOLDERS.flatMap(sources);
    assert.ok(all.length > 30, `${all.length} files`);
    for (const [name, text] of all) {
        const source = text.replace(CODE_SYSTEMS, '');
        for (const [pattern, why] of BANNED) assert.doesNotMatch(source, pattern, `${name}: ${why}`);
        assert.ok(KEEPING.test(name) || !/\b(local|session)Storage\b/.test(text), `${name}: storage outside the vault`);
    }
});

test('what goes around them is found', () => {
    for (const line of ['{@html text}', 'node.innerHTML = text', 'eval(text)', '<p style="color: red">', "fetch('https://fonts.example.com/x')"]) {
        assert.ok(BANNED.some(([pattern]) => pattern.test(line)), line);
    }
});

test('the glue of the core makes no code from texts', () => {
    const glue = readFileSync(new URL('../../core/generated/bindings_wasm.js', import.meta.url), 'utf8');
    assert.doesNotMatch(glue, /\bnew Function\b|\beval\(/);
});
