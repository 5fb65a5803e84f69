// An open vault with its store: queries bring the entries they need, changes are stored one at a time before anything follows from them.

import type { Changes, Vault } from '../generated/bindings_wasm.js';
import { Ended, isVaultError } from './fault.ts';
import { Conflict, type Store } from './store.ts';

/** Unix seconds. */
export function now(): number {
    return Math.floor(Date.now() / 1000);
}

export class Session {
    readonly vault: Vault;
    readonly store: Store;
    #turn: Promise<unknown> = Promise.resolve();

    constructor(vault: Vault, store: Store) {
        this.vault = vault;
        this.store = store;
    }

    /** Asks the vault; entries that it needs are loaded. A trap of the module is thrown as `Ended`. */
    async ask<T>(query: (vault: Vault, time: number) => T): Promise<T> {
        for (;;) {
            let need: string[];
            try {
                return query(this.vault, now());
            } catch (error) {
                if (!isVaultError(error)) throw isTrap(error) ? new Ended(error) : error;
                if (error.code !== 'vault.need' || error.need.length === 0) throw error;
                need = error.need;
            }
            this.vault.provide(await this.store.load(need));
        }
    }

    /** Runs when everything begun before has been stored, so that no call is answered `vault.busy`. */
    inTurn<T>(work: () => Promise<T>): Promise<T> {
        const result = this.#turn.then(work);
        this.#turn = result.catch(() => {});
        return result;
    }

    /** Runs a command and stores what it changed. */
    change(command: (vault: Vault, time: number) => Changes): Promise<Changes> {
        return this.inTurn(async () => {
            const changes = await this.ask(command);
            await this.keep(changes);
            return changes;
        });
    }

    /** Stores a change and tells the vault. */
    async keep(changes: Changes): Promise<void> {
        if (changes.puts.length === 0 && changes.deletes.length === 0) return;
        try {
            await this.store.store(changes);
        } catch (error) {
            // After a conflict this throws `vault.conflict`: the vault must be opened again.
            this.vault.failed(error instanceof Conflict ? 'conflict' : 'store');
            throw error;
        }
        this.vault.stored(changes.generation);
    }

    /** Closes the store when everything begun has been stored, and forgets the keys. */
    async close(): Promise<void> {
        await this.inTurn(async () => {
            this.store.close();
            this.vault.free();
        });
    }
}

/** Arguments of a wrong type are thrown too, by the glue, before anything was touched. */
function isTrap(error: unknown): boolean {
    return error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
}
