// Somebody with a browser of their own: calls of the core in a real page, and a note of everything that went wrong in it.

import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

export const PASSPHRASE = 'correct horse battery';
const executablePath = process.env.SATCHEL_CHROMIUM ?? '/usr/bin/chromium';
const QUIET = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
];
/** What the browser itself says while a relay is gone on purpose. */
const NO_NETWORK = /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED|ERR_NETWORK_CHANGED/;

/** A refusal of the core, thrown so that a test reads like any other. */
export class Refusal extends Error {
    constructor({ code, message, params }) {
        super(`${code}: ${message}`);
        Object.assign(this, { code, params });
    }
}

export class Person {
    faults = [];

    static async open(relay) {
        const person = new Person();
        person.relay = relay;
        person.folder = await mkdtemp(join(tmpdir(), 'satchel-person-'));
        await person.start();
        return person;
    }

    /** Opens the browser on the same folder, as after the computer was switched off. */
    async start() {
        this.context = await chromium.launchPersistentContext(join(this.folder, 'profile'), { executablePath, args: QUIET });
        this.context.setDefaultTimeout(60_000);
        this.page = this.context.pages()[0];
        this.watch(this.page);
        await this.page.goto(this.relay.url);
    }

    watch(page) {
        page.on('pageerror', (error) => this.faults.push(`error: ${error.message}`));
        page.on('console', (message) => {
            if (message.type() === 'error' && !NO_NETWORK.test(message.text())) {
                this.faults.push(`console: ${message.text()} ${message.location().url}`);
            }
        });
    }

    async tab() {
        const page = await this.context.newPage();
        this.watch(page);
        await page.goto(this.relay.url);
        return page;
    }

    /** Calls the core: `call('query', 'records', {…})`, `call('files.pause', id)`. */
    async call(path, ...args) {
        return this.callIn(this.page, path, ...args);
    }

    async callIn(page, path, ...args) {
        const answer = await page.evaluate(
            async ([names, given]) => {
                const [name, inner] = names.split('.');
                const value = await (inner ? globalThis.core[name][inner](...given) : globalThis.core[name](...given));
                // Functions and Blobs stay in the page.
                return value?.ok && value.value instanceof Blob ? { ok: true, value: value.value.size } : value;
            },
            [path, args],
        );
        if (answer && answer.ok === false) throw new Refusal(answer.error);
        return answer && 'ok' in answer ? answer.value : answer;
    }

    query(method, ...args) {
        return this.call('query', method, ...args);
    }

    command(method, ...args) {
        return this.call('command', method, ...args);
    }

    /** Makes a vault and waits until the relay knows it. */
    async create(role, name) {
        const { id } = await this.call('create', { role, name, relay: this.relay.url }, PASSPHRASE);
        const { stage } = await this.call('sync');
        assert.equal(stage, 'ready');
        await this.call('forgetKit');
        return id;
    }

    async refused(code, path, ...args) {
        await assert.rejects(this.call(path, ...args), (error) => {
            assert.equal(error.code, code);
            return true;
        });
    }

    /** Waits until an answer is as wanted; what never comes ends by the time limit of the page. */
    async until(what, wanted, ...query) {
        const end = Date.now() + 60_000;
        for (;;) {
            const value = await this.query(...query);
            if (wanted(value)) return value;
            assert.ok(Date.now() < end, `never came: ${what}; last: ${JSON.stringify(value).slice(0, 500)}`);
            await new Promise((resolve) => setTimeout(resolve, 100));
        }
    }

    /** Waits for an event of the core since the page was loaded. */
    async event(kind, members = {}, page = this.page) {
        await page.waitForFunction(
            ([wanted, fields]) =>
                globalThis.events.some(
                    (event) => event.kind === wanted && Object.entries(fields).every(([name, value]) => event[name] === value),
                ),
            [kind, members],
        );
    }

    async close() {
        await this.context.close().catch(() => {});
        await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    }

    /** Nothing went wrong that nobody saw. */
    sound() {
        assert.deepEqual(this.faults, []);
    }
}

/** Closes what a test file opened, whatever became of it. */
export async function closeAll(relays, people) {
    await Promise.all(people.map((person) => person?.close()));
    await Promise.all(relays.map((relay) => relay?.stop()));
    for (const person of people) person?.sound();
}
