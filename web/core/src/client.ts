// The page's side of `Core`: starts the worker, ends it with every lock, and turns a worker that ended into a value.

import * as Comlink from 'comlink';
import type { Core, CoreEvent, Files, Result, StorageFacts } from './api.ts';
import { faultOf, ok, refuse } from './fault.ts';
import type { Host } from './host.ts';
import { Idle } from './idle.ts';
import { Tabs } from './locks.ts';
import { REGISTRY } from './names.ts';
import * as passkey from './passkey.ts';

/** How the page learns of a newer portal; the service worker's side of it. */
export interface Updates {
    /** Calls back when a newer portal waits. */
    waiting(listener: () => void): void;
    /** Changes to it. */
    take(): Promise<void>;
}

export interface Options {
    /** Starts the worker whose script calls `serve`. */
    spawn: () => Worker;
    updates?: Updates;
}

interface Running {
    worker: Worker;
    host: Comlink.Remote<Host>;
    /** Resolves when the worker was ended: what it was asked is not answered any more. */
    gone: Promise<Result<never>>;
    end: () => void;
}

export function connect(options: Options): Core {
    const listeners = new Set<(event: CoreEvent) => void>();
    const emit = (event: CoreEvent) => {
        for (const listener of [...listeners]) listener(event);
    };
    let running: Running | undefined;
    let watching = true;
    const idle = new Idle(() => void end('idle'));

    function start(): Running {
        const worker = options.spawn();
        const host = Comlink.wrap<Host>(worker);
        let end = () => {};
        const gone = new Promise<Result<never>>((resolve) => {
            end = () => {
                worker.terminate();
                resolve(refuse('portal.locked', 'the vault was locked meanwhile'));
            };
        });
        // A script that cannot be loaded, for instance because the network is away before it was ever kept.
        worker.addEventListener('error', () => drop({ kind: 'locked', reason: 'ended' }));
        void host.listen(Comlink.proxy((event: CoreEvent) => heard(event)));
        void host.look(!document.hidden, watching);
        return { worker, host, gone, end };
    }

    function heard(event: CoreEvent): void {
        if (event.kind === 'locked') return drop(event);
        if (event.kind === 'progress' || event.kind === 'copying') idle.touch();
        emit(event);
    }

    /** Ends the worker: memory and every secret in it go at once. */
    function drop(event: CoreEvent): void {
        const ended = running;
        running = undefined;
        ended?.end();
        emit(event);
    }

    async function end(reason: 'asked' | 'idle'): Promise<void> {
        const closing = running;
        if (!closing) return;
        const open = await Promise.race([closing.host.current(), closing.gone]);
        if (reason === 'idle' && !(open.ok && open.value)) return;
        await Promise.race([closing.host.close(), closing.gone]);
        if (running === closing) drop({ kind: 'locked', reason });
    }

    async function ask<T>(question: (host: Comlink.Remote<Host>) => Promise<Result<T>>): Promise<Result<T>> {
        running ??= start();
        const { host, gone } = running;
        try {
            return await Promise.race([question(host), gone]);
        } catch (error) {
            return { ok: false, error: faultOf(error) };
        }
    }

    /** Work of the page that may be refused, and then the worker's. */
    async function byPasskey<P, T>(
        page: () => Promise<P>,
        rest: (host: Comlink.Remote<Host>, given: P) => Promise<Result<T>>,
    ): Promise<Result<T>> {
        try {
            const given = await page();
            return await ask((host) => rest(host, given));
        } catch (error) {
            return { ok: false, error: faultOf(error) };
        }
    }

    document.addEventListener('visibilitychange', () => {
        void running?.host.look(!document.hidden, watching);
    });
    addEventListener('online', () => void running?.host.sync());
    new Tabs(() => emit({ kind: 'profiles' }));
    options.updates?.waiting(() => emit({ kind: 'update' }));

    const files: Files = {
        add: (file) => ask((host) => host.addFile(file)),
        attach: (list) => ask((host) => host.attachFiles(list)),
        stopCopying: () => ask((host) => host.stopCopying()),
        pause: (upload) => ask((host) => host.pauseFile(upload)),
        resume: (upload, file) => ask((host) => host.resumeFile(upload, file)),
        cancel: (upload) => ask((host) => host.cancelFile(upload)),
        download: (place) => ask((host) => host.download(place)),
        cancelDownload: (place) => ask((host) => host.cancelDownload(place)),
    };

    return {
        // The first page of a browser that stored nothing yet need not wait for the worker.
        profiles: async () => (!running && (await untouched()) ? ok([]) : ask((host) => host.profiles())),
        create: (setup, passphrase) => ask((host) => host.create(setup, passphrase)),
        createOfficer: (name, passphrase) => ask((host) => host.createOfficer(name, passphrase)),
        join: (words, relay, passphrase, how) => ask((host) => host.join(words, relay, passphrase, how?.ordinary ?? false)),
        open: (id, passphrase) => ask((host) => host.open(id, passphrase)),
        openByPasskey: async (id) => {
            const known = await ask((host) => host.passkey(id));
            if (!known.ok) return known;
            const key = known.value;
            if (!key) return refuse('portal.passkey', 'there is no passkey for this vault');
            return byPasskey(
                () => passkey.ask(key),
                (host, secret) => host.openByPasskey(id, Comlink.transfer(secret, [secret.buffer])),
            );
        },
        addPasskey: async () => {
            const open = await ask((host) => host.current());
            if (!open.ok) return open;
            if (!open.value) return refuse('portal.locked', 'no vault is open in this tab');
            const person = open.value.name;
            return byPasskey(
                () => passkey.make(person),
                (host, made) => host.addPasskey(made.passkey, Comlink.transfer(made.secret, [made.secret.buffer])),
            );
        },
        removePasskey: () => ask((host) => host.removePasskey()),
        passkeys: passkey.available,
        warm: () => void ask((host) => host.warm()),
        current: async () => (running ? ask((host) => host.current()) : ok(undefined)),
        lock: () => end('asked'),
        lockAfter: (seconds) => {
            idle.seconds = seconds;
        },
        get lockSeconds() {
            return idle.seconds;
        },
        remove: (id) => ask((host) => host.remove(id)),
        changePassphrase: (passphrase) => ask((host) => host.changePassphrase(passphrase)),
        forgetKit: () => ask((host) => host.forgetKit()),
        // The types of a proxy lose which method goes with which arguments; `api.ts` has checked the call.
        query: (method, ...args) => ask((host) => host.query(method, args as never)) as never,
        command: (method, ...args) => ask((host) => host.command(method, args as never)),
        cancelJob: (id) => ask((host) => host.cancelJob(id)),
        verifyExport: (file, trusted) => ask((host) => host.verifyExport(file, trusted)),
        sync: () => ask((host) => host.sync()),
        watch: (on) => {
            watching = on;
            return running ? ask((host) => host.look(!document.hidden, on)) : Promise.resolve(ok(undefined));
        },
        network: () => ask((host) => host.network()),
        files,
        storage,
        persist: async () => {
            await navigator.storage?.persist();
            return storage();
        },
        update: async () => options.updates?.take(),
        on: (listener) => {
            listeners.add(listener);
            return () => void listeners.delete(listener);
        },
    };
}

/** Whether no vault was ever listed here, as far as this browser says. */
async function untouched(): Promise<boolean> {
    try {
        return !(await indexedDB.databases()).some(({ name }) => name === REGISTRY);
    } catch {
        return false;
    }
}

async function storage(): Promise<StorageFacts> {
    if (!navigator.storage) return { persisted: false };
    const [persisted, { usage, quota }] = await Promise.all([navigator.storage.persisted(), navigator.storage.estimate()]);
    return {
        persisted,
        ...(usage !== undefined && { usage }),
        ...(quota !== undefined && { quota }),
    };
}
