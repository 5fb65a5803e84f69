// The printed kit as text: what its code says, and how typed, pasted or scanned words are found again.

export interface KitText {
    words: string[];
    relay?: string;
}

/** What the code on the paper says: the words, and the address of the relay on a line of its own. */
export function kitCode(words: string, relay: string): string {
    return `${words}\n${relay}`;
}

/** Words and relay in any text: a scanned code, a pasted kit with numbers before its words, words with commas. */
export function parseKit(text: string): KitText {
    const relay = /https?:\/\/[^\s<>"]+/.exec(text)?.[0];
    const rest = relay ? text.replace(relay, ' ') : text;
    const numbered = [...rest.matchAll(/\b\d{1,2}[.):]?\s+(\p{L}+)/gu)].map((match) => match[1] ?? '');
    const words = numbered.length >= 12 ? numbered : (rest.match(/\p{L}+/gu) ?? []);
    return { words: words.map((word) => word.toLowerCase()), ...(relay ? { relay } : {}) };
}

/** Two places to ask back, one in each half. */
export function placesToAsk(count: number): [number, number] {
    const half = Math.floor(count / 2);
    const [a = 0, b = 0] = crypto.getRandomValues(new Uint32Array(2));
    return [a % half, half + (b % (count - half))];
}

const PENDING = 'satchel.kit.unproven';

/** A vault whose words nobody has confirmed to hold on paper: remembered over a restart, so that nothing claims to be protected. */
export function kitUnproven(id: string): boolean {
    return unproven().includes(id);
}

export function markUnproven(id: string): void {
    keep([...unproven(), id]);
}

export function markProven(id: string): void {
    keep(unproven().filter((other) => other !== id));
}

function unproven(): string[] {
    try {
        return (localStorage.getItem(PENDING) ?? '').split(' ').filter(Boolean);
    } catch {
        return [];
    }
}

function keep(ids: string[]): void {
    try {
        localStorage.setItem(PENDING, [...new Set(ids)].join(' '));
    } catch {
        // Without storage there is no vault to speak of either.
    }
}
