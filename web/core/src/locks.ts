// Web Locks: one façade for one store over all tabs, and one tab that may wait at the relay. Without them (plain http on a network address)
// the store's compare-and-swap still keeps two tabs from overwriting each other.

const VAULT = 'satchel-vault-';
const WAITING = 'satchel-waiting';

/** Gives a lock back. */
export type Release = () => void;

/** Takes a lock at once, or nothing. */
async function take(name: string): Promise<Release | undefined> {
    if (!navigator.locks) return () => {};
    return new Promise((resolve, reject) => {
        const request = navigator.locks.request(name, { ifAvailable: true }, (lock) => {
            if (!lock) {
                resolve(undefined);
                return undefined;
            }
            return new Promise<void>((release) => resolve(release));
        });
        request.catch(reject);
    });
}

export function takeVault(id: string): Promise<Release | undefined> {
    return take(VAULT + id);
}

/** A browser keeps six connections to a host over HTTP/1.1, so one tab of all waits for news; the others ask now and then. */
export function takeWaiting(): Promise<Release | undefined> {
    return take(WAITING);
}

/** Vaults that are open in some tab. */
export async function held(): Promise<Set<string>> {
    const names = (await navigator.locks?.query())?.held ?? [];
    const vaults = names.map((lock) => lock.name ?? '').filter((name) => name.startsWith(VAULT));
    return new Set(vaults.map((name) => name.slice(VAULT.length)));
}
