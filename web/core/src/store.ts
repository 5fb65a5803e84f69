// Sealed entries of one vault in IndexedDB.
//
// Invariant (DESIGN §9): a `Changes` is stored whole or not at all, and only over the generation before it. The database holds ciphertext
// and opaque names only.

import { type DBSchema, type IDBPDatabase, type OpenDBCallbacks, openDB } from 'idb';
import type { Changes, Entry, Put } from '../generated/bindings_wasm.js';
import { Refused } from './fault.ts';

interface Schema extends DBSchema {
    entries: { key: string; value: Uint8Array };
    state: { key: 'generation'; value: number };
    /** Sealed pieces of chosen files: source, number of the piece. */
    pieces: { key: [string, number]; value: Uint8Array };
}

/** An acknowledgement to the relay follows a store, so the bytes must be on the disk. */
const DURABLE = { durability: 'strict' } as const;

export function databaseOf(id: string): string {
    return `satchel-vault-${id}`;
}

/** Opens a database, or says that this browser stores nothing: some do not in private windows. */
export async function opened<S extends DBSchema>(name: string, callbacks: OpenDBCallbacks<S>): Promise<IDBPDatabase<S>> {
    try {
        return await openDB<S>(name, 1, callbacks);
    } catch (error) {
        throw new Refused('portal.storage_missing', error instanceof Error ? `${error.name}: ${error.message}` : 'refused');
    }
}

/** Another program wrote to this store. */
export class Conflict extends Error {
    constructor() {
        super('the store was changed by another program');
        this.name = 'Conflict';
    }
}

export class Store {
    readonly #database: IDBPDatabase<Schema>;

    private constructor(database: IDBPDatabase<Schema>) {
        this.#database = database;
    }

    static async open(id: string): Promise<Store> {
        const database = await opened<Schema>(databaseOf(id), {
            upgrade(fresh) {
                fresh.createObjectStore('entries');
                fresh.createObjectStore('state');
                fresh.createObjectStore('pieces');
            },
            // Whoever deletes the vault in another tab need not wait for this one.
            blocking: (_old, _new, event) => (event.target as IDBDatabase).close(),
        });
        return new Store(database);
    }

    /** What the façade's `open` takes: header and index. Both begin with letters that follow each other. */
    async index(): Promise<Entry[]> {
        const range = IDBKeyRange.bound('h', 'j', false, true);
        const transaction = this.#database.transaction('entries');
        const [keys, values] = await Promise.all([
            transaction.store.getAllKeys(range),
            transaction.store.getAll(range),
            transaction.done,
        ]);
        if (!keys.includes('h')) throw new Refused('portal.no_profile', 'what this vault stored here was deleted');
        return keys.map((key, place) => ({ key, value: values[place] }));
    }

    /** The entries of these names; one that is not stored has no value. */
    async load(keys: string[]): Promise<Entry[]> {
        const transaction = this.#database.transaction('entries');
        const found = await Promise.all(keys.map((key) => transaction.store.get(key)));
        return keys.map((key, place) => ({ key, value: found[place] }));
    }

    /** Stores a change, durable when this resolves. */
    async store(changes: Changes): Promise<void> {
        const transaction = this.#database.transaction(['entries', 'state'], 'readwrite', DURABLE);
        const state = transaction.objectStore('state');
        if (((await state.get('generation')) ?? 0) !== changes.generation - 1) {
            await transaction.done;
            throw new Conflict();
        }
        const entries = transaction.objectStore('entries');
        // Nothing but the database may be waited for here, or the transaction ends by itself.
        const writes: Promise<unknown>[] = changes.puts.map(({ key, value }) => entries.put(value, key));
        writes.push(...changes.deletes.map((key) => entries.delete(key)));
        writes.push(state.put(changes.generation, 'generation'), transaction.done);
        await Promise.all(writes);
    }

    /** Replaces one entry outside the count of generations: the header, when the passphrase changes. */
    async replace(put: Put): Promise<void> {
        const transaction = this.#database.transaction('entries', 'readwrite', DURABLE);
        await Promise.all([transaction.store.put(put.value, put.key), transaction.done]);
    }

    async keepPiece(source: string, index: number, sealed: Uint8Array): Promise<void> {
        await this.#database.put('pieces', sealed, [source, index]);
    }

    piece(source: string, index: number): Promise<Uint8Array | undefined> {
        return this.#database.get('pieces', [source, index]);
    }

    /** Deletes pieces of sources that are not wanted any more. */
    async keepOnly(sources: Set<string>): Promise<void> {
        const transaction = this.#database.transaction('pieces', 'readwrite');
        const gone = (await transaction.store.getAllKeys()).filter(([source]) => !sources.has(source));
        await Promise.all([...gone.map((key) => transaction.store.delete(key)), transaction.done]);
    }

    close(): void {
        this.#database.close();
    }
}
