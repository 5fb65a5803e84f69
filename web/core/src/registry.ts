// Which vaults are in this browser: the list on the door. Nothing in it is secret from whoever holds the unlocked device.

import { type DBSchema, deleteDB, type IDBPDatabase } from 'idb';
import { Refused } from './fault.ts';
import { held } from './locks.ts';
import { REGISTRY } from './names.ts';
import { databaseOf, opened } from './store.ts';

export interface ProfileRow {
    id: string;
    role: string;
    name: string;
    relay: string;
    lastOpened?: number;
    /** The passkey that opens it: its id, the name of its wrap, and what it is asked for. None of them is secret. */
    passkey?: { id: Uint8Array; name: string; salt: Uint8Array };
}

interface Registry extends DBSchema {
    profiles: { key: string; value: ProfileRow };
}

async function within<T>(work: (database: IDBPDatabase<Registry>) => Promise<T>): Promise<T> {
    const database = await opened<Registry>(REGISTRY, {
        upgrade: (fresh) => void fresh.createObjectStore('profiles', { keyPath: 'id' }),
    });
    try {
        return await work(database);
    } finally {
        database.close();
    }
}

/** All of them, last opened first. */
export async function profiles(): Promise<ProfileRow[]> {
    const rows = await within((database) => database.getAll('profiles'));
    return rows.sort((one, other) => (other.lastOpened ?? 0) - (one.lastOpened ?? 0));
}

export async function profile(id: string): Promise<ProfileRow> {
    const row = await within((database) => database.get('profiles', id));
    if (!row) throw new Refused('portal.no_profile', 'there is no such vault in this browser');
    return row;
}

export async function enter(row: ProfileRow): Promise<void> {
    await within((database) => database.put('profiles', row));
}

/** Takes a vault out of the list and deletes everything it stored. */
export async function erase(id: string): Promise<void> {
    await within((database) => database.delete('profiles', id));
    await deleteDB(databaseOf(id));
}

/** Deletes databases that no row names: what is left when a tab ended while it made a vault. */
export async function sweep(): Promise<void> {
    if (!indexedDB.databases) return;
    const named = new Set((await profiles()).map((row) => databaseOf(row.id)));
    const open = new Set([...(await held())].map(databaseOf));
    for (const { name } of await indexedDB.databases()) {
        if (name?.startsWith(databaseOf('')) && !named.has(name) && !open.has(name)) await deleteDB(name);
    }
}
