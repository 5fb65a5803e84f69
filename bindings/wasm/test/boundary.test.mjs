// What the border itself promises: checked values, errors with codes, one change at a time, wiped memory, the shared vectors.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';

import { Person, Store, Vault, memory, now, satchel, utf8 } from './support/platform.mjs';

const relay = { url: 'http://127.0.0.1:9' };
const setup = { role: 'patient', name: 'Asha', relay: relay.url };
const wrong = { name: 'VaultError', code: 'vault.value' };

/** How often bytes stand in the module's memory. */
function occurrences(text) {
    return Buffer.from(memory.buffer).toString('latin1').split(Buffer.from(utf8(text)).toString('latin1')).length - 1;
}

test('values of the wrong type and numbers out of range are refused by a code', () => {
    assert.throws(() => Vault.create({ role: 'patient' }, 'a long passphrase', now()), wrong);
    assert.throws(() => Vault.create({ ...setup, name: 7 }, 'a long passphrase', now()), wrong);
    for (const time of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53]) {
        assert.throws(() => Vault.create(setup, 'a long passphrase', time), wrong);
    }
    assert.throws(() => Vault.create({ ...setup, role: 'king' }, 'a long passphrase', now()), { code: 'vault.role' });
});

test('an error carries code, params and need', () => {
    const { vault } = Vault.create(setup, 'a long passphrase', now());
    try {
        vault.record('not an id', now());
        assert.fail('an id that is none was taken');
    } catch (error) {
        assert.ok(error instanceof Error);
        assert.deepEqual([error.code, error.need, error.params], ['vault.not_found', [], []]);
        assert.ok(error.message.length > 0);
    }
});

test('one change at a time', () => {
    const { vault, changes } = Vault.create(setup, 'a long passphrase', now());
    assert.equal(vault.isBusy(), true);
    assert.equal(vault.nextRequest(now()).kind, 'wait');
    assert.throws(() => vault.retry(now()), { code: 'vault.busy' });
    assert.throws(() => vault.stored(changes.generation + 1), { code: 'vault.generation' });
    vault.stored(changes.generation);
    assert.deepEqual([vault.isBusy(), vault.generation()], [false, changes.generation]);
    assert.equal(vault.nextRequest(now()).kind, 'send');
});

test('memory is wiped: neither passphrase nor words stay behind', () => {
    const passphrase = 'wiped-when-freed-0123456789';
    const { vault, changes } = Vault.create(setup, passphrase, now());
    const store = new Store();
    store.put(changes);
    vault.stored(changes.generation);
    assert.equal(occurrences(passphrase), 0);
    const [words] = vault.kit();
    assert.ok(occurrences(words) > 0, 'the search finds the words while they are kept');
    vault.forgetKit();
    assert.equal(occurrences(words), 0);
    vault.free();
    Vault.open(store.index(), passphrase).free();
    assert.equal(occurrences(passphrase), 0);
});

test('nothing that is stored holds the name in clear', () => {
    const person = Person.create('patient', 'Zacharias Plainname', relay);
    const stored = [...person.store.entries.values()].map((value) => Buffer.from(value).toString('latin1')).join();
    assert.equal(stored.includes('Plainname'), false);
});

test('the vectors of every format hold in WebAssembly', async () => {
    const folder = new URL('../../../tests/vectors/', import.meta.url);
    // Numbers beyond 2^53 would be rounded on their way through JavaScript's own JSON.
    const parse = (text) => JSON.parse(text.replace(/([:[,]\s*)(\d{16,})(?=[,\]}\s])/g, '$1"number $2"'));
    const write = (value) => JSON.stringify(value).replace(/"number (\d+)"/g, '$1');
    const run = (op, input) => parse(satchel.runVector(op, write(input)));
    let cases = 0;
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json'))) {
        for (const { op, name: title, input, expect } of parse(await readFile(new URL(name, folder), 'utf8'))) {
            const outcome = run(op, input);
            if (outcome.code === 'vector.unknown') {
                // Operations on secrets are the vault's; its own tests replay them.
                continue;
            }
            assert.deepEqual(outcome, expect, `${name}: ${title}`);
            cases += 1;
        }
    }
    assert.ok(cases > 300, `only ${cases} cases were run`);
    assert.equal(run('no such operation', {}).code, 'vector.unknown');
    assert.equal(JSON.parse(satchel.runVector('hash.parse', '{')).code, 'vector.input');
});

test('a keystore opens what the passphrase opens, until it is taken away', () => {
    const { vault, changes } = Vault.create(setup, 'a long passphrase', now());
    const store = new Store();
    store.put(changes);
    vault.stored(changes.generation);
    const secret = new Uint8Array(32).fill(7);
    assert.throws(() => vault.addKeystore('passkey', secret.subarray(1)), { code: 'entry.device' });
    const { key, value } = vault.addKeystore('passkey', secret);
    store.entries.set(key, value);
    assert.throws(() => vault.addKeystore('passkey', secret), { code: 'entry.name' });
    assert.deepEqual(vault.keystores(), ['passkey']);
    assert.equal(Vault.openByKeystore(store.index(), 'passkey', secret).profile().name, 'Asha');
    assert.equal(Vault.open(store.index(), 'a long passphrase').profile().name, 'Asha');
    for (const [name, bytes] of [['passkey', new Uint8Array(32)], ['phone', secret], ['passkey', secret.subarray(1)]]) {
        assert.throws(() => Vault.openByKeystore(store.index(), name, bytes), { code: 'entry.device' });
    }
    store.entries.set(key, vault.removeKeystore('passkey').value);
    assert.throws(() => Vault.openByKeystore(store.index(), 'passkey', secret), { code: 'entry.device' });
    assert.throws(() => vault.removeKeystore('passkey'), { code: 'entry.name' });
});

test('a kept piece of a file opens in its place, under its source and in its vault only', () => {
    const { vault } = Vault.create(setup, 'a long passphrase', now());
    const piece = new Uint8Array(1 << 20).map((_, place) => place % 251);
    const sealed = vault.sealPiece('copy', 3, piece);
    assert.deepEqual(vault.openPiece('copy', 3, sealed), piece);
    assert.notDeepEqual(vault.sealPiece('copy', 3, piece), sealed);
    const refused = { code: 'entry.damaged' };
    assert.throws(() => vault.openPiece('copy', 4, sealed), refused);
    assert.throws(() => vault.openPiece('other', 3, sealed), refused);
    assert.throws(() => vault.openPiece('copy', 3, sealed.subarray(1)), refused);
    sealed[sealed.length >> 1] ^= 1;
    assert.throws(() => vault.openPiece('copy', 3, sealed), refused);
    const other = Vault.create(setup, 'a long passphrase', now()).vault;
    assert.throws(() => other.openPiece('copy', 3, vault.sealPiece('copy', 3, piece)), refused);
    assert.throws(() => vault.sealPiece('copy', 3, new Uint8Array((1 << 20) + 1)), { code: 'file.piece' });
});
