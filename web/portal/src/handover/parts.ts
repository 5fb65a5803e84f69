// A small file as a row of codes, for two people whose devices have no other way to each other. What is in the file is signed: the check
// here only tells one row of codes from another.

const HEAD = 'satchel-part:1';
/** Bytes in one code: still easy to read from a phone's screen. */
const MOST = 800;

/** Tells rows apart; it protects nothing. */
function mark(bytes: Uint8Array): string {
    let sum = 0x811c9dc5;
    for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x01000193);
    return (sum >>> 0).toString(16).padStart(8, '0');
}

export function split(bytes: Uint8Array): string[] {
    const count = Math.max(1, Math.ceil(bytes.length / MOST));
    const size = Math.ceil(bytes.length / count);
    const whole = mark(bytes);
    return Array.from({ length: count }, (_, at) => {
        const part = bytes.subarray(at * size, (at + 1) * size);
        return [HEAD, whole, at + 1, count, btoa(String.fromCharCode(...part))].join(':');
    });
}

/** Parts as they are read, in any order. */
export class Gathering {
    #whole = '';
    #parts: (Uint8Array | undefined)[] = [];

    /** Takes what a code says: whether it belongs here. */
    take(text: string): boolean {
        const [name, version, whole, at, count, content] = text.split(':');
        const [place, of] = [Number(at), Number(count)];
        if (`${name}:${version}` !== HEAD || !whole || !content || !(of >= 1 && of <= 64 && place >= 1 && place <= of)) return false;
        // The first code of another row begins anew: the other screen may have been changed.
        if (whole !== this.#whole || of !== this.#parts.length) {
            this.#whole = whole;
            this.#parts = Array.from({ length: of });
        }
        try {
            this.#parts[place - 1] = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
        } catch {
            return false;
        }
        return true;
    }

    get read(): number {
        return this.#parts.filter(Boolean).length;
    }

    get of(): number {
        return this.#parts.length;
    }

    /** The file, once every part is there and it is the one that was split. */
    get bytes(): Uint8Array | undefined {
        if (this.of === 0 || this.read < this.of) return undefined;
        const bytes = Uint8Array.from(this.#parts.flatMap((part) => [...(part ?? [])]));
        return mark(bytes) === this.#whole ? bytes : undefined;
    }
}
