// A platform in small: the module, a relay process, a store with compare-and-swap, and the loop that sends.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = process.env.SATCHEL_WASM ?? join(root, 'target/generated/wasm');

/** The generated module and the memory of its instance: in its two halves, as browsers load it, once it was cut. */
export const satchel = await import(pathToFileURL(join(folder, 'bindings_wasm.js')).href);
const halves = existsSync(join(folder, 'first.wasm'));
const first = satchel.initSync({ module: await readFile(join(folder, halves ? 'first.wasm' : 'bindings_wasm_bg.wasm')) });
export const { memory } = first;
globalThis.satchelRest = () => {
    new WebAssembly.Instance(new WebAssembly.Module(readFileSync(join(folder, 'rest.wasm'))), { first });
    first['~there'].value = 1;
};
export const { Vault } = satchel;

export const PASSPHRASE = 'correct horse battery';
export const now = () => Math.floor(Date.now() / 1000);
export const utf8 = (text) => new TextEncoder().encode(text);

/** A relay process of its own, on a free port with an empty folder. */
export async function startRelay() {
    const program = process.env.SATCHEL_RELAY_BIN ?? join(root, 'target/debug/relay-server');
    const data = await mkdtemp(join(tmpdir(), 'satchel-wasm-'));
    const child = spawn(program, ['--data', data, '--listen', '127.0.0.1:0', '--end-with-input'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const lines = createInterface({ input: child.stdout });
    const [line] = await Promise.race([
        once(lines, 'line'),
        once(child, 'exit').then(() => assert.fail('the relay ended before it listened')),
        once(child, 'error').then(([error]) => assert.fail(`the relay does not start: ${error.message}`)),
    ]);
    const stop = async () => {
        const ended = once(child, 'exit');
        child.kill();
        await ended;
        await rm(data, { recursive: true, force: true });
    };
    return { url: line.trim().split(' ').at(-1), stop };
}

/** Sealed entries by name; a change is taken whole, and only over the generation before it. */
export class Store {
    entries = new Map();
    generation = 0;

    put(changes) {
        if (changes.generation !== this.generation + 1) {
            return false;
        }
        for (const { key, value } of changes.puts) {
            assert.ok(value instanceof Uint8Array, 'sealed bytes are a byte array');
            this.entries.set(key, value);
        }
        for (const key of changes.deletes) {
            this.entries.delete(key);
        }
        this.generation = changes.generation;
        return true;
    }

    /** What `open` takes: header and index, not the data. */
    index() {
        return [...this.entries].filter(([key]) => !key.startsWith('d')).map(([key, value]) => ({ key, value }));
    }

    load(keys) {
        return keys.map((key) => ({ key, value: this.entries.get(key) }));
    }
}

/** Somebody with a vault. */
export class Person {
    shown = [];
    requests = [];

    constructor(vault, store) {
        this.vault = vault;
        this.store = store;
    }

    static create(role, name, relay) {
        const { vault, changes } = Vault.create({ role, name, relay: relay.url }, PASSPHRASE, now());
        const person = new Person(vault, new Store());
        person.keep(changes);
        return person;
    }

    keep(changes) {
        this.shown.push(...changes.show);
        if (changes.puts.length === 0 && changes.deletes.length === 0) {
            return;
        }
        if (this.store.put(changes)) {
            this.vault.stored(changes.generation);
        } else {
            this.vault.failed('conflict');
        }
    }

    /** A query; entries that it asks for are brought. */
    ask(query) {
        for (;;) {
            try {
                return query(this.vault, now());
            } catch (error) {
                if (error.code !== 'vault.need') {
                    throw error;
                }
                this.vault.provide(this.store.load(error.need));
            }
        }
    }

    /** A command; what it changes is stored. */
    run(command) {
        const changes = this.ask(command);
        this.keep(changes);
        return changes;
    }

    /** The same, which must be refused with this code. */
    refused(code, command) {
        assert.throws(() => this.run(command), (error) => {
            assert.equal(error.code, code);
            assert.ok(error instanceof Error && error.name === 'VaultError' && error.message.length > 0);
            return true;
        });
    }

    /** Sends until nothing is left, asking once for all news. */
    async sync() {
        this.vault.refresh();
        for (let turn = 0; turn < 2000; turn += 1) {
            const request = this.ask((vault, time) => vault.nextRequest(time));
            if (request.kind === 'idle') {
                return;
            }
            if (request.kind === 'wait') {
                await pause(50);
                continue;
            }
            this.requests.push(request);
            this.keep(await this.send(request));
        }
        assert.fail(`never idle: ${JSON.stringify(this.vault.profile())}`);
    }

    async send({ id, method, url, headers, body }) {
        let answer;
        try {
            const given = Object.fromEntries(headers.map(({ name, value }) => [name, value]));
            const response = await fetch(url, { method, headers: given, body, redirect: 'error' });
            answer = [
                response.status,
                [...response.headers].map(([name, value]) => ({ name, value })),
                new Uint8Array(await response.arrayBuffer()),
            ];
        } catch {
            return this.ask((vault, time) => vault.onFailure(id, 'network', time));
        }
        return this.ask((vault, time) => vault.onResponse(id, ...answer, time));
    }

    /** A restart: everything in memory is gone, the vault is opened from the store. */
    reopen() {
        this.vault.free();
        this.vault = Vault.open(this.store.index(), PASSPHRASE);
    }

    /** Codes and phrase keys shown since the last time. */
    takeShown() {
        return this.shown.splice(0);
    }
}

export async function syncAll(...people) {
    for (const person of people) {
        await person.sync();
    }
}

/** Waits for no phrase: it must have been shown. */
export function sawPhrase(person, kind) {
    const shown = person.takeShown();
    assert.ok(shown.some((show) => show.kind === kind), `${kind} not in ${JSON.stringify(shown)}`);
}
