// The loop: asks the vault what to send, sends it, tells the answer, stores what changed before anything else is sent.
//
// It goes in rounds. A round sends everything and asks once for all news; what happens in between begins the next one at once. Between
// rounds it waits for news at the relay, when this tab may, or asks again after a while. Waiting requests are given up when a round begins,
// because the core sends nothing to a chain that it waits at.

import type { Changes, PieceRequest, Request } from '../generated/bindings_wasm.js';
import { Bulk } from './bulk.ts';
import { type Copies, Unreadable } from './copies.ts';
import type { Downloads } from './downloads.ts';
import { faultOf } from './fault.ts';
import { type Release, takeWaiting } from './locks.ts';
import type { Session } from './session.ts';
import { now } from './session.ts';
import { type Answer, type Failure, send } from './transport.ts';

/** Seconds that one request waits for news. */
const WAIT = 25;
/** Most things that are waited for at once; with more of them all are asked again and again. */
const MOST_WAITING = 3;
/** Milliseconds between two rounds while somebody looks on and nothing is waited for. */
const AGAIN = 4000;
/** Milliseconds until it is tried again after the store refused a change. */
const TROUBLE = 30_000;

interface Flight {
    /** Whether it waits for news at the relay. */
    waits: boolean;
    /** Whether it carries a part of a file. */
    part: boolean;
    stop: AbortController;
}

/** What the driver tells its owner. */
export interface Watcher {
    /** A change was stored, or there is something to show. */
    changed(changes: Changes): void;
    /** An answer came, or none. */
    reached(yes: boolean): void;
    /** A round that somebody waits for began or ended. */
    busy(yes: boolean): void;
    /** A file moved. */
    moved(): void;
    /** The store refused, or the core ended; says whether to try again. */
    broken(error: unknown): boolean;
}

/** How a round ended. */
export interface Round {
    answered: number;
    failed: number;
}

export class Driver {
    readonly #session: Session;
    readonly #bulk: Bulk;
    readonly #downloads: Downloads;
    readonly #watcher: Watcher;
    readonly #flights = new Map<number, Flight>();
    readonly #answers: [number, Answer | Failure][] = [];
    #wake: (() => void) | undefined;
    #roused = false;
    #closed = false;
    #again = true;
    #loud = true;
    #inRound = false;
    #reached = false;
    #round: Round = { answered: 0, failed: 0 };
    #asked = new Set<string>();
    #waiters: ((round: Round) => void)[] = [];
    #outbox = 0;
    #visible = true;
    #watching = true;
    #slot: Release | undefined;
    #loop: Promise<void> = Promise.resolve();

    constructor(session: Session, copies: Copies, downloads: Downloads, watcher: Watcher) {
        this.#session = session;
        this.#bulk = new Bulk(session, (piece) => copies.read(piece));
        this.#downloads = downloads;
        this.#watcher = watcher;
    }

    start(): void {
        if (this.#closed) return;
        this.#loop = this.#run();
    }

    /** Something is to be sent or asked: a round begins. */
    stir(): void {
        this.#again = true;
        this.#loud = true;
        this.#rouse();
    }

    /** A round, to its end. */
    round(): Promise<Round> {
        return new Promise((resolve) => {
            this.#waiters.push(resolve);
            this.stir();
        });
    }

    /** Whether somebody looks on, and wants news as they come. */
    look(visible: boolean, watching: boolean): void {
        if (visible === this.#visible && watching === this.#watching) return;
        [this.#visible, this.#watching] = [visible, watching];
        this.stir();
    }

    /** Ends the loop; requests under way are given up and sent again when the vault is opened next. */
    async close(): Promise<void> {
        this.#closed = true;
        for (const { stop } of this.#flights.values()) stop.abort();
        this.#rouse();
        await this.#loop;
        this.#slot?.();
    }

    async #run(): Promise<void> {
        while (!this.#closed) {
            try {
                await this.#step();
            } catch (error) {
                for (const waiter of this.#waiters.splice(0)) waiter({ answered: 0, failed: 1 });
                if (this.#closed || !this.#watcher.broken(error)) break;
                await this.#sleep(TROUBLE);
            }
        }
        for (const waiter of this.#waiters.splice(0)) waiter({ answered: 0, failed: 1 });
    }

    async #step(): Promise<void> {
        for (let answer = this.#answers.shift(); answer; answer = this.#answers.shift()) {
            await this.#tell(...answer);
        }
        if (this.#again) await this.#begin();
        const request = await this.#session.inTurn(() =>
            this.#session.ask((vault, time) => vault.nextRequest(time)),
        );
        if (request.kind === 'send') return this.#send(request);
        if (request.piece) return this.#bring(request.piece);
        if (this.#inRound && this.#isOver(request)) return this.#end();
        const due = Math.max(50, (request.until - now()) * 1000);
        const eager = !this.#inRound && this.#visible && this.#watching && this.#reached && this.#flights.size === 0;
        const roused = await this.#sleep(eager ? Math.min(due, AGAIN) : due);
        if (eager && !roused) this.#again = true;
    }

    /** Nothing of the round is under way; parts of files go on beside it. */
    #isOver(request: Request): boolean {
        return request.kind === 'idle' || [...this.#flights.values()].every((flight) => flight.part);
    }

    async #begin(): Promise<void> {
        this.#again = false;
        for (const [id, flight] of this.#flights) {
            // What it brought is either here already, or comes by the question of the round.
            if (flight.waits) {
                flight.stop.abort();
                await this.#tell(id, 'cancelled');
            }
        }
        if (!this.#inRound) {
            this.#inRound = true;
            this.#round = { answered: 0, failed: 0 };
            if (this.#loud) this.#watcher.busy(true);
        }
        this.#asked.clear();
        await this.#session.ask((vault) => {
            vault.carryFiles(false);
            vault.watch(0);
            vault.refresh();
        });
    }

    async #end(): Promise<void> {
        this.#inRound = false;
        const moving = await this.#session.ask((vault) => {
            vault.carryFiles(true);
            // Entries that calls brought into memory are loaded again when they are needed.
            vault.forget();
            this.#outbox = vault.profile().outbox;
            return vault.files().some((file) => file.stage !== 'stopped') || this.#downloads.any;
        });
        for (const waiter of this.#waiters.splice(0)) waiter(this.#round);
        if (this.#loud && !this.#again) {
            this.#loud = false;
            this.#watcher.busy(false);
        }
        const onlooker = this.#visible && this.#watching && this.#reached;
        const wanted = onlooker && !moving && this.#asked.size <= MOST_WAITING;
        if (wanted) this.#slot ??= await takeWaiting();
        if (!this.#visible || !this.#watching) {
            this.#slot?.();
            this.#slot = undefined;
        }
        if (wanted && this.#slot && !this.#again) {
            await this.#session.ask((vault) => {
                vault.watch(WAIT);
                vault.refresh();
            });
        }
    }

    #send(request: Request): void {
        const url = new URL(request.url);
        const wait = request.method === 'GET' ? url.searchParams.get('wait') : null;
        if (wait !== null) this.#asked.add(url.origin + url.pathname);
        const flight: Flight = {
            waits: Number(wait) > 0,
            part: url.pathname.includes('/blobs'),
            stop: new AbortController(),
        };
        this.#flights.set(request.id, flight);
        void send(request, flight.stop.signal).then((answer) => {
            // One that was given up has been told already.
            if (!this.#flights.has(request.id)) return;
            this.#answers.push([request.id, answer]);
            this.#rouse();
        });
    }

    async #tell(id: number, answer: Answer | Failure): Promise<void> {
        const flight = this.#flights.get(id);
        if (!flight) return;
        this.#flights.delete(id);
        const failed = typeof answer === 'string';
        const changes = await this.#session.change((vault, time) =>
            failed
                ? vault.onFailure(id, answer, time)
                : vault.onResponse(id, answer.status, answer.headers, answer.body, time),
        );
        if (answer !== 'cancelled') {
            this.#round[failed ? 'failed' : 'answered'] += 1;
            // Back again: what could not be sent meanwhile need not wait for its time.
            if (!failed && !this.#reached && !this.#inRound) this.#again = true;
            this.#reached = !failed;
            this.#watcher.reached(!failed);
        }
        if (flight.part) {
            await this.#downloads.pump();
            this.#watcher.moved();
            if (changes.show.length > 0) this.#watcher.changed(changes);
        } else {
            this.#watcher.changed(changes);
        }
        const stored = changes.puts.length + changes.deletes.length > 0;
        if (stored && !this.#inRound) {
            const outbox = await this.#session.ask((vault) => vault.profile().outbox);
            if (flight.waits || outbox > this.#outbox) this.#again = true;
            this.#outbox = outbox;
        }
    }

    /** Reads a piece of a file and brings it. One that cannot be read waits for the person. */
    async #bring(piece: PieceRequest): Promise<void> {
        const { upload, size } = piece;
        let changes: Changes;
        try {
            changes = await this.#bulk.bring(piece);
        } catch (error) {
            const code = error instanceof Unreadable ? error.code : faultOf(error).code;
            // Paused or given up while it was read.
            if (code === 'file.piece' || code === 'vault.not_found') return;
            if (!/^(file|entry)\./.test(code)) throw error;
            changes = await this.#session.change((vault, time) =>
                code === 'file.changed' ? vault.restartFile(upload, size, time) : vault.stopFile(upload, code, time),
            );
        }
        this.#watcher.moved();
        if (changes.show.length > 0) this.#watcher.changed(changes);
    }

    /** Waits so long, or until roused; says which. */
    #sleep(milliseconds: number): Promise<boolean> {
        return new Promise((resolve) => {
            const end = (roused: boolean) => {
                clearTimeout(timer);
                this.#wake = undefined;
                this.#roused = false;
                resolve(roused);
            };
            const timer = setTimeout(() => end(false), Math.min(milliseconds, 60_000));
            this.#wake = () => end(true);
            if (this.#roused || this.#closed) end(true);
        });
    }

    #rouse(): void {
        this.#roused = true;
        this.#wake?.();
    }
}
