// A relay process of its own: any free port, a data directory of its own, the address that it prints.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const program = process.env.SATCHEL_RELAY_BIN ?? join(root, 'target/debug/relay-server');

export class Relay {
    #child;
    #port = 0;

    /**
     * Starts one that serves the portal too, or that of another folder; `demo` when it says that only invented people live on it,
     * `settings` (TOML) as its operator writes them.
     */
    static async start({ demo = false, portal = process.env.SATCHEL_PORTAL, settings = '' } = {}) {
        const relay = new Relay();
        relay.data = await mkdtemp(join(tmpdir(), 'satchel-relay-'));
        await relay.set(settings);
        relay.mode = ['--config', relay.#settings, ...(demo ? ['--demo'] : []), ...(portal ? ['--portal', portal] : [])];
        await relay.resume();
        return relay;
    }

    get #settings() {
        return join(this.data, 'relay.toml');
    }

    /** Other settings, from the next start on. */
    async set(settings) {
        await writeFile(this.#settings, settings);
    }

    /** Starts it again on the same data and the same port. */
    async resume() {
        const child = spawn(program, ['--data', this.data, '--listen', `127.0.0.1:${this.#port}`, '--end-with-input', ...this.mode], {
            stdio: ['pipe', 'pipe', 'pipe'],
        });
        let said = '';
        child.stderr.on('data', (piece) => (said = (said + piece).slice(-4000)));
        const ended = once(child, 'exit').then(() => assert.fail(`the relay ended before it listened: ${said}`));
        const failed = once(child, 'error').then(([error]) => assert.fail(`the relay does not start: ${error.message}`));
        const lines = createInterface({ input: child.stdout });
        // Only the first of the three counts; nobody waits for the others.
        for (const other of [ended, failed]) other.catch(() => {});
        const [line] = await Promise.race([once(lines, 'line'), ended, failed]);
        const printed = new URL(line.trim().split(' ').at(-1));
        this.#port = Number(printed.port);
        // Passkeys, camera and service worker want a name; the relay is the same.
        this.url = `http://localhost:${this.#port}`;
        this.#child = child;
    }

    /** It takes requests and answers none, as a machine that is out of breath; it ends by a kill. */
    freeze() {
        this.#child.kill('SIGSTOP');
    }

    /** Ends it at once, as a power cut would. */
    async kill() {
        const child = this.#child;
        this.#child = undefined;
        if (child && child.exitCode === null) {
            const ended = once(child, 'exit');
            child.kill('SIGKILL');
            await ended;
        }
    }

    /** Ends it and takes its data away. */
    async stop() {
        await this.kill();
        await rm(this.data, { recursive: true, force: true });
    }
}
