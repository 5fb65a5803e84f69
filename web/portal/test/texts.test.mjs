// What the types of the texts cannot say: words in braces, plural forms that a language's grammar has, and nothing left in English.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const src = fileURLToPath(new URL('../src', import.meta.url));
const LANGUAGES = ['de', 'ar', 'hi', 'zh'];

/** Words and formulas that a language shares with English. */
const SHARED = {
    de: new Set(
        `app/door.kitPaperRelay app/door.passphrase app/door.relay app/screens.passkeyTitle app/screens.passphraseTitle app/screens.relayTitle doctor.code
        laboratory.material laboratory.specimenKind laboratory.status laboratory.valueName organization.tabTeam organization.teamTitle
        patient/chain.block patient/chain.blockTitle patient/chain.bytesByte patient/entry.contactName patient/records.erasedBlock
        patient/records.filters record.codes record.rangeText`.split(/\s+/),
    ),
};
/** Of these, what was met: the others are there no more. */
const met = new Set();

/** Every folder that holds texts, by the part of the portal it speaks for. */
function areas(folder = src) {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        if (!entry.isDirectory()) return [];
        const path = join(folder, entry.name);
        return entry.name === 'text' && path !== join(src, 'text') ? [path] : areas(path);
    });
}

/** The texts in a file: types are taken off, what remains is data. */
async function texts(folder, language) {
    const source = readFileSync(join(folder, `${language}.ts`), 'utf8');
    const { outputText } = ts.transpileModule(source, { compilerOptions: { module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true } });
    const module = await import(`data:text/javascript,${encodeURIComponent(outputText)}`);
    return module.default ?? module.en;
}

const braces = (text) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]))].sort();
const forms = (message) => (typeof message === 'string' ? [message] : Object.values(message));
const letters = /\p{L}/u;

const found = areas();
test('there are texts', () => assert.ok(found.length > 5));

for (const folder of found) {
    const area = relative(src, dirname(folder));
    for (const language of LANGUAGES) {
        test(`${area} in ${language}`, async () => {
            const [english, other] = [await texts(folder, 'en'), await texts(folder, language)];
            assert.deepEqual(Object.keys(other).sort(), Object.keys(english).sort());
            const wanted = new Intl.PluralRules(language).resolvedOptions().pluralCategories.toSorted();
            const faults = [];
            for (const [key, message] of Object.entries(other)) {
                const name = `${area}.${key}`;
                const own = braces(forms(english[key]).join(' '));
                if (typeof message !== 'string') {
                    const given = Object.keys(message).sort();
                    if (given.join() !== wanted.join()) faults.push(`${name}: forms ${given}, the language has ${wanted}`);
                }
                for (const form of forms(message)) {
                    if (!form.trim()) faults.push(`${name}: empty`);
                    // "One record" may be said without its digit; every other word is said in every form.
                    const missing = own.filter((word) => word !== 'n' && !braces(form).includes(word));
                    const foreign = braces(form).filter((word) => !own.includes(word));
                    if (missing.length > 0 || foreign.length > 0) faults.push(`${name}: words ${missing} missing, ${foreign} unknown`);
                }
                if (typeof message === 'string' && own.includes('n') && !braces(message).includes('n')) faults.push(`${name}: {n} is missing`);
                const same = JSON.stringify(message) === JSON.stringify(english[key]);
                if (same && letters.test(forms(message).join('').replace(/\{\w+\}/g, ''))) {
                    if (SHARED[language]?.has(name)) met.add(name);
                    else faults.push(`${name}: as in English`);
                }
            }
            assert.deepEqual(faults, []);
        });
    }
}

test('every exception is one', () => {
    const all = Object.values(SHARED).flatMap((names) => [...names]);
    assert.deepEqual(all.filter((name) => !met.has(name)), []);
});
