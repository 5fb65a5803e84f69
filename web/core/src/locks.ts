// Web Locks: one façade for one store over all tabs, and one tab that may wait at the relay. Without them (plain http on a network address)
// the store's compare-and-swap still keeps two tabs from overwriting each other.

const VAULT = 'satchel-vault-';
const WAITING = 'satchel-waiting';

/** Gives a lock back. */
export type Release = () => void;

/** A page that is loaded anew meets its own worker of before, which takes a moment to end. */
const ENDING = 5000;

type Message = 'profiles' | { ask: string } | { here: string };

/** What tabs of this browser tell each other; no content, no names. */
export class Tabs {
    readonly #channel = new BroadcastChannel('satchel');

    constructor(profiles: () => void = () => {}) {
        this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => data === 'profiles' && profiles());
    }

    /** The list of vaults, or which of them are open, changed. */
    tellProfiles(): void {
        this.#channel.postMessage('profiles' satisfies Message);
    }

    /** Answers whoever asks for a vault that is open here. */
    answerFor(open: () => string | undefined): void {
        this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => {
            if (typeof data === 'object' && 'ask' in data && data.ask === open()) {
                this.#channel.postMessage({ here: data.ask } satisfies Message);
            }
        });
    }

    /** Takes the vault's lock; nothing when a living tab has it. */
    async takeVault(id: string): Promise<Release | undefined> {
        const name = VAULT + id;
        const release = await take(name, { ifAvailable: true });
        if (release) return release;
        const stop = new AbortController();
        const heard = ({ data }: MessageEvent<Message>) => {
            if (typeof data === 'object' && 'here' in data && data.here === id) stop.abort();
        };
        const timer = setTimeout(() => stop.abort(), ENDING);
        this.#channel.addEventListener('message', heard);
        this.#channel.postMessage({ ask: id } satisfies Message);
        try {
            return await take(name, { signal: stop.signal });
        } finally {
            clearTimeout(timer);
            this.#channel.removeEventListener('message', heard);
        }
    }
}

/** Takes a lock, or nothing when it cannot be had or the wait was given up. */
async function take(name: string, options: LockOptions): Promise<Release | undefined> {
    if (!navigator.locks) return () => {};
    return new Promise((resolve) => {
        const request = navigator.locks.request(name, options, (lock) => {
            if (!lock) {
                resolve(undefined);
                return undefined;
            }
            return new Promise<void>((release) => resolve(release));
        });
        // Given up, or taken away by force: then the store's compare-and-swap decides.
        request.catch(() => resolve(undefined));
    });
}

/** A browser keeps six connections to a host over HTTP/1.1, so one tab of all waits for news; the others ask now and then. */
export function takeWaiting(): Promise<Release | undefined> {
    return take(WAITING, { ifAvailable: true });
}

/** Vaults that are open in some tab. */
export async function held(): Promise<Set<string>> {
    const names = (await navigator.locks?.query())?.held ?? [];
    const vaults = names.map((lock) => lock.name ?? '').filter((name) => name.startsWith(VAULT));
    return new Set(vaults.map((name) => name.slice(VAULT.length)));
}
