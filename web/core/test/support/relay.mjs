// A relay process that serves the page of `test/page` in place of the portal.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const program = process.env.SATCHEL_RELAY_BIN ?? join(root, 'target/debug/relay-server');
const page = process.env.SATCHEL_CORE_PAGE ?? join(root, 'target/generated/core-page');

export class Relay {
    #child;
    #port = 0;

    static async start() {
        const relay = new Relay();
        relay.folder = await mkdtemp(join(tmpdir(), 'satchel-core-'));
        relay.page = join(relay.folder, 'page');
        await cp(page, relay.page, { recursive: true });
        await relay.resume();
        return relay;
    }

    /** Starts it, again on the same data and the same port. */
    async resume() {
        const where = ['--data', join(this.folder, 'data'), '--portal', this.page];
        const child = spawn(program, [...where, '--listen', `127.0.0.1:${this.#port}`, '--end-with-input'], {
            stdio: ['pipe', 'pipe', 'ignore'],
        });
        const lines = createInterface({ input: child.stdout });
        const [line] = await Promise.race([
            once(lines, 'line'),
            once(child, 'exit').then(() => assert.fail('the relay ended before it listened')),
            once(child, 'error').then(([error]) => assert.fail(`the relay does not start: ${error.message}`)),
        ]);
        this.#port = Number(new URL(line.trim().split(' ').at(-1)).port);
        this.url = `http://localhost:${this.#port}`;
        this.#child = child;
    }

    /** Ends it at once, as a power cut would. */
    async kill() {
        const child = this.#child;
        this.#child = undefined;
        if (!child || child.exitCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
    }

    /** Serves a newer page from the next start on. */
    async renewPage() {
        const worker = join(this.page, 'sw.js');
        await writeFile(worker, (await readFile(worker, 'utf8')).replace(/portal-([0-9a-f]{16})/, 'portal-0000000000000000'));
        await rm(`${worker}.br`, { force: true });
    }

    async stop() {
        await this.kill();
        await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    }
}
