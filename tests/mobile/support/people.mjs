// People in processes of their own: a relay, the command line, and the test mains of the phones' languages (bindings/NAMES.md).

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const PASSPHRASE = 'correct horse battery';

export const DAY = 86_400;
export const base64 = (bytes) => Buffer.from(bytes).toString('base64');
export const bytesOf = (text) => Buffer.from(text, 'base64');

const folders = [];
// Files here are large: what a test leaves behind would soon fill a disk.
process.on('exit', () => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** A folder of the test's own, which goes with it. */
export async function scratch() {
    const folder = await mkdtemp(join(tmpdir(), 'satchel-mobile-'));
    folders.push(folder);
    return folder;
}

/** A relay on a free port with an empty folder. */
export async function startRelay() {
    const program = process.env.SATCHEL_RELAY_BIN ?? join(root, 'target/debug/relay-server');
    const data = await scratch();
    const child = spawn(program, ['--data', data, '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const stop = async () => {
        const ended = once(child, 'exit');
        child.kill('SIGKILL');
        await ended;
        await rm(data, { recursive: true, force: true });
    };
    return { url: line.trim().split(' ').at(-1), data, stop };
}

/** Waits until the files below a folder hold that many bytes: how far somebody got who cannot be asked meanwhile. */
export async function grown(folder, bytes) {
    for (;;) {
        const names = await readdir(folder, { recursive: true });
        const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then((file) => (file.isFile() ? file.size : 0), () => 0)));
        const held = sizes.reduce((sum, size) => sum + size, 0);
        if (held >= bytes) return held;
        await pause(5);
    }
}

/** The commands of the test mains that are built here, by language. */
export const LANGUAGES = Object.fromEntries(
    [
        ['Kotlin', 'SATCHEL_PATIENT_MAIN'],
        ['Swift', 'SATCHEL_DOCTOR_MAIN'],
    ].map(([language, name]) => [language, process.env[name]?.split('\n')]),
);

/** Somebody at the command line. */
export class Desk {
    constructor(folder) {
        this.folder = folder;
    }

    static async create(role, name, relay) {
        const desk = new Desk(join(await scratch(), 'vault'));
        await desk.run('create', role, '--name', name, '--relay', relay.url, '--no-check', '--kit-file', join(desk.folder, '../kit'));
        return desk;
    }

    file(name) {
        return join(this.folder, '..', name);
    }

    /** This organization vouches for somebody who is played. */
    async vouchFor(player, role) {
        const [asked, given] = [this.file('asked'), this.file('given')];
        await writeFile(asked, bytesOf((await player.content('trust.request')).request));
        await this.run('org', 'vouch', '--role', role, '--licence', 'L-1', '--out', given, asked);
        await player.ok('trust.accept', { credential: base64(await readFile(given)) });
    }

    /** What somebody needs in order to trust this organization. */
    async card() {
        await this.run('org', 'card', this.file('card'));
        return base64(await readFile(this.file('card')));
    }

    /** What a command answers, as JSON. */
    run(...words) {
        return new Promise((resolve, reject) => {
            const program = process.env.SATCHEL_BIN ?? join(root, 'target/debug/satchel');
            const env = { ...process.env, SATCHEL_VAULT: this.folder, SATCHEL_PASSPHRASE: PASSPHRASE };
            execFile(program, ['--json', ...words], { env, maxBuffer: 64 << 20 }, (error, out, log) => {
                if (error) {
                    reject(new Error(`satchel ${words.join(' ')}: ${log}${out}`));
                } else {
                    resolve(out.trim() === '' ? undefined : JSON.parse(out));
                }
            });
        });
    }
}

/** Somebody played by a test main. */
export class Player {
    answers = [];
    waiting = [];

    constructor(command, folder) {
        Object.assign(this, { command, folder });
    }

    /** Somebody of whom there is no vault yet. */
    static async blank(command) {
        const player = new Player(command, join(await scratch(), 'vault'));
        player.launch();
        return player;
    }

    static async create(command, role, name, relay) {
        const player = await Player.blank(command);
        const { content } = await player.ok('create.create', { role, name, relay: relay.url, passphrase: PASSPHRASE });
        player.kit = content.kit;
        await player.ok('create.forgetKit');
        await player.sync();
        return player;
    }

    launch() {
        const [program, ...words] = this.command;
        this.child = spawn(program, [...words, this.folder], { stdio: ['pipe', 'pipe', 'inherit'] });
        this.child.stdin.on('error', () => {});
        const lines = createInterface({ input: this.child.stdout });
        lines.on('line', (line) => this.waiting.shift()?.(JSON.parse(line)));
        this.dead = false;
        lines.on('close', () => {
            this.dead = true;
            this.waiting.splice(0).forEach((resolve) => resolve(undefined));
        });
        this.ended = once(this.child, 'exit');
    }

    /** The answer to a step; none when the process died over it. */
    send(action, given = {}) {
        return new Promise((resolve) => {
            if (this.dead) return resolve(undefined);
            this.waiting.push(resolve);
            this.child.stdin.write(`${JSON.stringify({ do: action, ...given })}\n`);
        });
    }

    async ok(action, given) {
        const answer = await this.send(action, given);
        assert.ok(answer?.ok, `${action}: ${JSON.stringify(answer)}`);
        return answer.ok;
    }

    async refused(code, action, given) {
        assert.equal((await this.send(action, given))?.error, code, action);
    }

    async content(action, given) {
        return (await this.ok(action, given)).content;
    }

    sync() {
        return this.ok('home.sync');
    }

    cancel() {
        this.child.stdin.write('{"do":"cancel"}\n');
    }

    async kill() {
        this.child.kill('SIGKILL');
        await this.ended;
    }

    /** A new process over the same folder. */
    async restart() {
        await this.ended;
        this.launch();
        await this.ok('unlock.unlock', { passphrase: PASSPHRASE });
    }

    /** Dies within the next write to its storage, over this step. */
    async dieOver(action, given) {
        await this.ok('kill.after', { stores: 1 });
        assert.equal(await this.send(action, given), undefined, `${action} was to be the last`);
        await this.restart();
    }

    async stop() {
        this.child.stdin.end();
        await this.ended;
    }
}
