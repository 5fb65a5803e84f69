// The contract between screens and core holds what the generated declarations say, and every refusal has a sentence.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8');
const api = read('../../core/src/api.ts');
const declared = read('../../core/generated/bindings_wasm.d.ts');

/** Names in a union of texts. */
const union = (source, name) => {
    const [, body] = new RegExp(`type ${name} =([^;]*);`).exec(source) ?? [];
    return [...(body ?? '').matchAll(/'([^']+)'/g)].map(([, text]) => text);
};

/** Methods of the façade's object: parameters in order, and the result. */
const methods = new Map();
const [, body] = /export class Vault \{([\s\S]*?)\n\}/.exec(declared);
for (const line of body.replace(/\/\*\*[\s\S]*?\*\//g, '').split('\n')) {
    const found = /^ {4}(\w+)\((.*)\): (.+);$/.exec(line);
    if (!found || line.includes(' static ')) continue;
    const parameters = [...found[2].matchAll(/(\w+)\??: ([^,]+(?:\[\])?)/g)].map(([, name, type]) => ({ name, type }));
    methods.set(found[1], { parameters, result: found[3] });
}

test('the declarations were read', () => {
    assert.ok(methods.size > 100, `${methods.size} methods`);
    assert.deepEqual(methods.get('record'), {
        parameters: [
            { name: 'id', type: 'string' },
            { name: 'now', type: 'number' },
        ],
        result: 'RecordView',
    });
});

test('the time is the last parameter wherever it is taken, and of every command', () => {
    for (const [name, { parameters, result }] of methods) {
        const places = parameters.map((parameter) => parameter.name).indexOf('now');
        assert.ok(places === -1 || places === parameters.length - 1, name);
        if (result === 'Changes') assert.equal(places, parameters.length - 1, `${name} takes no time`);
    }
});

test('queries whose last number is their own are exactly those that the contract names', () => {
    const driven = new Set(union(api, 'Driven'));
    const counted = [];
    for (const [name, { parameters, result }] of methods) {
        const last = parameters.at(-1);
        const query = result !== 'Changes' && result !== 'void' && !driven.has(name);
        if (query && last?.type === 'number' && last.name !== 'now') counted.push(name);
    }
    assert.deepEqual(counted.sort(), union(api, 'Counted').sort());
});

test('an argument of a query that may be left out is followed by the time, or the worker would put the time in its place', () => {
    const driven = new Set(union(api, 'Driven'));
    for (const [name, { parameters, result }] of methods) {
        if (result === 'Changes' || result === 'void' || driven.has(name)) continue;
        const optional = parameters.some(({ type }) => /undefined/.test(type));
        assert.ok(!optional || parameters.at(-1)?.name === 'now', name);
    }
});

test('what the contract keeps for the worker is there', () => {
    for (const name of union(api, 'Driven')) assert.ok(methods.has(name), `${name} is no method any more`);
});

test('every code of the page has a sentence', () => {
    const texts = read('../src/ui/text/en.ts');
    for (const code of union(read('../../core/src/fault.ts'), 'PortalCode')) {
        assert.ok(texts.includes(`'${code}':`) || texts.includes(` ${code}:`), `no sentence for ${code}`);
    }
});
