// One open vault: session, driver, files, and what the screens are told.

import type { Changes, Profile, Vault } from '../generated/bindings_wasm.js';
import type { CoreEvent, Network, Outcome } from './api.ts';
import { Copies } from './copies.ts';
import { Downloads } from './downloads.ts';
import { Driver } from './driver.ts';
import { faultOf, Refused } from './fault.ts';
import { OpenFiles } from './files.ts';
import { Jobs } from './jobs.ts';
import type { Release } from './locks.ts';
import { enter, type ProfileRow } from './registry.ts';
import { now, type Session } from './session.ts';

/** Milliseconds until the rest of the core is asked for again. */
const AGAIN = 5000;

export class Open {
    readonly session: Session;
    readonly driver: Driver;
    readonly files: OpenFiles;
    readonly jobs: Jobs;
    row: ProfileRow;
    #closed = false;
    readonly #release: Release;
    readonly #emit: (event: CoreEvent) => void;
    #network: Pick<Network, 'state' | 'since' | 'busy'> = { state: 'unknown', busy: false };

    constructor(
        session: Session,
        row: ProfileRow,
        release: Release,
        emit: (event: CoreEvent) => void,
        broken: (error: unknown) => boolean,
    ) {
        this.session = session;
        this.row = row;
        this.#release = release;
        this.#emit = emit;
        this.jobs = new Jobs(session, (job) => emit({ kind: 'job', job }));
        const copies = new Copies(session);
        const downloads = new Downloads(session);
        this.files = new OpenFiles(this, copies, downloads, emit);
        this.driver = new Driver(session, copies, downloads, {
            changed: (changes) => this.told(changes),
            reached: (yes) => this.#is(yes ? 'reached' : 'unreachable'),
            busy: (busy) => this.#isBusy(busy),
            moved: () => this.files.moved(),
            broken: (error) => {
                const goesOn = broken(error);
                if (goesOn) this.#emit({ kind: 'fault', error: faultOf(error) });
                return goesOn;
            },
        });
    }

    /** Shows what is there; sending and asking begin once the core is whole. */
    async begin(whole: () => Promise<void>): Promise<void> {
        await this.#describe();
        void this.#goOn(whole);
    }

    async #goOn(whole: () => Promise<void>): Promise<void> {
        while (!(await whole().then(() => true, () => false))) {
            if (this.#closed) return;
            this.#is('unreachable');
            await new Promise((resolve) => setTimeout(resolve, AGAIN));
        }
        if (this.#closed) return;
        // A full browser keeps nobody from reading; what is left over goes when a file moves.
        await this.files.sweep().catch(() => {});
        this.driver.start();
    }

    /** Runs a command; what it changed is stored when this resolves, and then sent. */
    async command(run: (vault: Vault, time: number) => Changes): Promise<Outcome> {
        const changes = await this.session.change(run);
        this.told(changes);
        this.driver.stir();
        const { created, show } = changes;
        return created === undefined ? { show } : { created, show };
    }

    /** Tells the screens what a change brought. */
    told(changes: Changes): void {
        if (changes.show.length > 0) this.#emit({ kind: 'show', show: changes.show });
        if (changes.puts.length + changes.deletes.length > 0) this.#emit({ kind: 'changed' });
    }

    async sync(): Promise<Profile> {
        const { answered, failed } = await this.driver.round();
        // After a failure the core waits with its next question: then a round asks nothing, and nothing was reached either.
        const away = failed > 0 || this.#network.state === 'unreachable';
        if (away && answered === 0) throw new Refused('portal.network', 'no relay was reached');
        return this.session.ask((vault) => vault.profile());
    }

    async network(): Promise<Network> {
        const { last_synced } = await this.session.ask((vault) => vault.profile());
        return last_synced === undefined ? this.#network : { ...this.#network, lastSynced: last_synced };
    }

    /** Changes the door's row of this vault. */
    async relabel(row: ProfileRow): Promise<void> {
        this.row = row;
        await enter(row);
    }

    async close(): Promise<void> {
        this.#closed = true;
        await this.driver.close();
        this.files.close();
        await this.session.close();
        this.#release();
    }

    #is(state: Network['state']): void {
        if (this.#network.state === state) return;
        this.#network = { ...this.#network, state, since: now() };
        void this.#tellNetwork();
    }

    #isBusy(busy: boolean): void {
        this.#network = { ...this.#network, busy };
        void this.#tellNetwork();
        if (!busy) void this.#describe();
    }

    async #tellNetwork(): Promise<void> {
        try {
            this.#emit({ kind: 'network', network: await this.network() });
        } catch {
            // The vault was closed meanwhile: nobody looks any more.
        }
    }

    /** Keeps the door's row as the vault describes itself: after joining, the name comes from the chain. */
    async #describe(): Promise<void> {
        try {
            const { role, name, relay } = await this.session.ask((vault) => vault.profile());
            if (role === this.row.role && name === this.row.name && relay === this.row.relay) return;
            await this.relabel({ ...this.row, role, name, relay });
        } catch {
            // Only the door's label: it is set right the next time.
        }
    }
}
