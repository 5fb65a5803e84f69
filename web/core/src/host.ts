// The worker's side of `Core`: the list of vaults, and the one that is open.

import * as Comlink from 'comlink';
import type { Changes, Entry, Put, Setup, Verification } from '../generated/bindings_wasm.js';
import type {
    AttachmentPlace,
    CommandArgs,
    CommandName,
    CoreEvent,
    Network,
    Outcome,
    ProfileInfo,
    QueryArgs,
    QueryName,
    QueryValue,
    Result,
} from './api.ts';
import { Ended, faultOf, ok, Refused } from './fault.ts';
import { held, type Release, Tabs } from './locks.ts';
import { Open } from './open.ts';
import { enter, erase, type ProfileRow, profile, profiles, sweep } from './registry.ts';
import { now, Session } from './session.ts';
import { Store } from './store.ts';
import { type Halves, isEarly, ready, Vault, whole } from './wasm.ts';

type Made = { vault: Vault; changes: Changes };

export class Host {
    readonly #halves: Halves;
    readonly #tabs = new Tabs();
    #emit: (event: CoreEvent) => void = () => {};
    #open: Open | undefined;
    #ending = false;
    #looking: [visible: boolean, watching: boolean] = [true, true];

    constructor(halves: Halves) {
        this.#halves = halves;
        this.#tabs.answerFor(() => this.#open?.row.id);
    }

    listen(emit: (event: CoreEvent) => void): void {
        this.#emit = emit;
    }

    /** Loads what unlocking needs, so that it need not wait for it; the rest follows. */
    warm(): Promise<Result<void>> {
        return this.#answer(() => ready(this.#halves));
    }

    profiles(): Promise<Result<ProfileInfo[]>> {
        return this.#answer(async () => {
            const [rows, open] = await Promise.all([profiles(), held()]);
            return rows.map((row) => ({ ...shown(row), open: open.has(row.id) || row.id === this.#open?.row.id }));
        });
    }

    current(): Promise<Result<ProfileInfo | undefined>> {
        return this.#answer(async () => this.#open && { ...shown(this.#open.row), open: true });
    }

    create(setup: Setup, passphrase: string): Promise<Result<{ id: string }>> {
        return this.#begin(() => Vault.create(setup, passphrase, now()));
    }

    createOfficer(name: string, passphrase: string): Promise<Result<{ id: string }>> {
        return this.#begin(() => Vault.createOfficer(name, passphrase, now()), whole);
    }

    join(words: string, relay: string, passphrase: string, ordinary: boolean): Promise<Result<{ id: string }>> {
        const join = ordinary ? Vault.joinOrdinary : Vault.join;
        return this.#begin(() => join.call(Vault, words, relay, passphrase, now()), whole);
    }

    open(id: string, passphrase: string): Promise<Result<{ id: string }>> {
        return this.#unlock(id, (entries) => Vault.open(entries, passphrase));
    }

    /** The passkey that opens a vault, to be asked for by the page. */
    passkey(id: string): Promise<Result<ProfileRow['passkey']>> {
        return this.#answer(async () => (await profile(id)).passkey);
    }

    openByPasskey(id: string, secret: Uint8Array): Promise<Result<{ id: string }>> {
        return this.#unlock(id, (entries, { passkey }) => {
            try {
                return Vault.openByKeystore(entries, passkey?.name ?? '', secret);
            } finally {
                secret.fill(0);
            }
        }, whole);
    }

    /** Stores what was begun and closes; the page ends the worker afterwards. */
    async close(): Promise<void> {
        const open = this.#open;
        this.#open = undefined;
        await open?.close();
        this.#tabs.tellProfiles();
    }

    remove(id: string): Promise<Result<void>> {
        return this.#answer(async () => {
            if (this.#open?.row.id === id) throw new Refused('portal.unlocked', 'lock the vault before deleting it');
            const release = await this.#tabs.takeVault(id);
            if (!release) throw new Refused('portal.elsewhere', 'the vault is open in another tab');
            try {
                await erase(id);
            } finally {
                release();
            }
            this.#tabs.tellProfiles();
        });
    }

    changePassphrase(passphrase: string): Promise<Result<void>> {
        return this.#whole(() => this.#replaceHeader((vault) => vault.changePassphrase(passphrase)));
    }

    /** The wrap first, then the row: a passkey without a wrap would be asked for in vain. */
    addPasskey(passkey: NonNullable<ProfileRow['passkey']>, secret: Uint8Array): Promise<Result<void>> {
        return this.#whole(async () => {
            const open = this.#opened;
            try {
                await this.#replaceHeader((vault) => vault.addKeystore(passkey.name, secret));
            } finally {
                secret.fill(0);
            }
            await open.relabel({ ...open.row, passkey });
            this.#tabs.tellProfiles();
        });
    }

    removePasskey(): Promise<Result<void>> {
        return this.#whole(async () => {
            const open = this.#opened;
            const { passkey, ...row } = open.row;
            if (!passkey) return;
            await this.#replaceHeader((vault) => vault.removeKeystore(passkey.name));
            await open.relabel(row);
            this.#tabs.tellProfiles();
        });
    }

    forgetKit(): Promise<Result<void>> {
        return this.#answer(() => this.#opened.session.ask((vault) => vault.forgetKit()));
    }

    query<M extends QueryName>(method: M, args: QueryArgs<M>): Promise<Result<QueryValue<M>>> {
        return this.#answer(async () => {
            const { session, jobs } = this.#opened;
            if (!isEarly(method)) await whole(this.#halves);
            const long = jobs.run(method, args);
            const value = long ? await long : await session.ask((vault, time) => call(vault, method, args, time));
            return value instanceof Uint8Array ? Comlink.transfer(value, [value.buffer]) : value;
        }) as Promise<Result<QueryValue<M>>>;
    }

    command<M extends CommandName>(method: M, args: CommandArgs<M>): Promise<Result<Outcome>> {
        return this.#whole(() =>
            this.#opened.command((vault, time) => call(vault, method, args, time) as Changes),
        );
    }

    cancelJob(id: string): Promise<Result<void>> {
        return this.#answer(async () => this.#opened.jobs.cancel(id));
    }

    verifyExport(file: Uint8Array, trusted: string): Promise<Result<Verification>> {
        return this.#answer(async () => {
            await whole(this.#halves);
            return Vault.verifyExport(file, trusted, now());
        });
    }

    sync() {
        return this.#answer(() => this.#opened.sync());
    }

    look(visible: boolean, watching: boolean): Promise<Result<void>> {
        this.#looking = [visible, watching];
        return this.#answer(async () => this.#open?.driver.look(visible, watching));
    }

    network(): Promise<Result<Network>> {
        return this.#answer(() => this.#opened.network());
    }

    addFile(file: File): Promise<Result<Outcome>> {
        return this.#whole(() => this.#opened.files.add(file));
    }

    attachFiles(files: File[]): Promise<Result<void>> {
        return this.#whole(() => this.#opened.files.attach(files));
    }

    stopCopying(): Promise<Result<void>> {
        return this.#answer(async () => this.#opened.files.stopCopying());
    }

    pauseFile(upload: string): Promise<Result<Outcome>> {
        return this.#whole(() => this.#opened.files.pause(upload));
    }

    resumeFile(upload: string, file?: File): Promise<Result<Outcome>> {
        return this.#whole(() => this.#opened.files.resume(upload, file));
    }

    cancelFile(upload: string): Promise<Result<Outcome>> {
        return this.#whole(() => this.#opened.files.cancel(upload));
    }

    download(place: AttachmentPlace): Promise<Result<Blob>> {
        return this.#whole(() => this.#opened.files.download(place));
    }

    cancelDownload(place: AttachmentPlace): Promise<Result<void>> {
        return this.#whole(async () => this.#opened.files.cancelDownload(place));
    }

    get #opened(): Open {
        if (!this.#open) throw new Refused('portal.locked', 'no vault is open in this tab');
        return this.#open;
    }

    /** A new vault: stored, then listed on the door, then set going. */
    #begin(make: () => Made, load = ready): Promise<Result<{ id: string }>> {
        return this.#answer(async () => {
            this.#mustBeLocked();
            await load(this.#halves);
            await sweep();
            const id = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
            const release = await this.#take(id);
            try {
                const { vault, changes } = make();
                const session = new Session(vault, await Store.open(id));
                await session.keep(changes);
                return await this.#start(id, session, release, false);
            } catch (error) {
                await erase(id);
                release();
                throw error;
            }
        });
    }

    #unlock(
        id: string,
        unlock: (entries: Entry[], row: ProfileRow) => Vault,
        load = ready,
    ): Promise<Result<{ id: string }>> {
        return this.#answer(async () => {
            this.#mustBeLocked();
            const row = await profile(id);
            const release = await this.#take(id);
            try {
                const [store] = await Promise.all([Store.open(id), load(this.#halves)]);
                return await this.#start(id, new Session(unlock(await store.index(), row), store), release, true);
            } catch (error) {
                release();
                throw error;
            }
        });
    }

    #mustBeLocked(): void {
        if (this.#open) throw new Refused('portal.unlocked', 'another vault is open in this tab; lock it first');
    }

    async #take(id: string): Promise<Release> {
        const release = await this.#tabs.takeVault(id);
        if (!release) throw new Refused('portal.elsewhere', 'the vault is open in another tab');
        return release;
    }

    /** `known`: the door has it on its list already. */
    async #start(id: string, session: Session, release: Release, known: boolean): Promise<{ id: string }> {
        const row = { ...(await profileOr(id)), lastOpened: now() };
        const open = new Open(session, row, release, (event) => this.#emit(event), (error) => this.#broken(error));
        this.#open = open;
        open.driver.look(...this.#looking);
        try {
            await open.begin(() => whole(this.#halves));
            await enter(open.row).catch((error: unknown) => {
                // A full browser keeps nobody from reading: the door shows an older time.
                if (!known || faultOf(error).code !== 'portal.storage_full') throw error;
            });
        } catch (error) {
            this.#open = undefined;
            await open.close();
            throw error;
        }
        this.#tabs.tellProfiles();
        return { id };
    }

    #replaceHeader(change: (vault: Vault) => Put): Promise<void> {
        const { session } = this.#opened;
        return session.inTurn(async () => session.store.replace(await session.ask(change)));
    }

    /** Answers a value for which both halves of the module are needed. */
    #whole<T>(work: () => Promise<T>): Promise<Result<T>> {
        return this.#answer(async () => {
            await whole(this.#halves);
            return work();
        });
    }

    /** Answers a value. After a trap or a conflict the open vault must not be used again. */
    async #answer<T>(work: () => Promise<T>): Promise<Result<T>> {
        try {
            return ok(await work());
        } catch (error) {
            this.#broken(error);
            return { ok: false, error: faultOf(error) };
        }
    }

    /** Whether the open vault can go on after this. */
    #broken(error: unknown): boolean {
        const conflict = faultOf(error).code === 'vault.conflict';
        if (!conflict && !(error instanceof Ended)) return true;
        // After the answer to the call that met it: the page ends this worker when it hears of it.
        if (!this.#ending) setTimeout(() => this.#emit({ kind: 'locked', reason: conflict ? 'conflict' : 'ended' }));
        this.#ending = true;
        return false;
    }
}

function shown({ id, role, name, relay, lastOpened, passkey }: ProfileRow): Omit<ProfileInfo, 'open'> {
    const row = { id, role, name, relay, hasPasskey: passkey !== undefined };
    return lastOpened === undefined ? row : { ...row, lastOpened };
}

async function profileOr(id: string): Promise<ProfileRow> {
    return (await profiles()).find((row) => row.id === id) ?? { id, role: '', name: '', relay: '' };
}

/** Calls by name. The time is the last parameter of every method that takes it; a query that does not is given all it has. */
function call(vault: Vault, method: QueryName | CommandName, args: unknown[], time: number): unknown {
    const target = vault[method] as (...args: unknown[]) => unknown;
    const all = [...args];
    if (all.length < target.length) all[target.length - 1] = time;
    return target.apply(vault, all);
}
