// The core's module, in two halves. What makes a vault, opens it and fills a start page comes first and is loaded once however often it is
// asked for; the rest follows by itself. `cargo xtask wasm` measures where to cut.

import init, { Vault } from '../generated/bindings_wasm.js';
import early from './early.json' with { type: 'json' };

export { Vault };

/** The addresses of both halves. */
export interface Halves {
    first: string;
    rest: string;
}

/** What the first half exports; it says by `~there` whether the rest was linked. */
type First = WebAssembly.Exports & { '~there': WebAssembly.Global<'i32'> };

const EARLY: ReadonlySet<string> = new Set(early);

let halves: Halves | undefined;
let first: First | undefined;
let started: Promise<First> | undefined;
let completed: Promise<void> | undefined;

/** Whether the first half answers this query, as far as was measured. */
export function isEarly(query: string): boolean {
    return EARLY.has(query);
}

/** Loads and compiles the first half. A failed load (no network) is tried again by the next call. */
export async function ready(addresses: Halves): Promise<void> {
    halves = addresses;
    started ??= begin(addresses.first);
    try {
        await started;
    } catch (error) {
        started = undefined;
        throw error;
    }
    // It is wanted soon. Whoever needs it hears of a failure then.
    whole(addresses).catch(() => {});
}

/** Loads and links the rest too. */
export async function whole(addresses: Halves): Promise<void> {
    if (!started) await ready(addresses);
    completed ??= complete(addresses.rest);
    try {
        await completed;
    } catch (error) {
        completed = undefined;
        throw error;
    }
}

async function begin(address: string): Promise<First> {
    first = (await init({ module_or_path: address })) as unknown as First;
    return first;
}

async function complete(address: string): Promise<void> {
    await started;
    link(await WebAssembly.compileStreaming(fetch(address)));
}

/** The rest fills the table through which the first half calls it. */
function link(rest: WebAssembly.Module): void {
    if (!first || first['~there'].value === 1) return;
    new WebAssembly.Instance(rest, { first });
    first['~there'].value = 1;
}

/**
 * What the first half calls when it comes to something of the rest before that was linked. The call cannot wait, so neither does this; a
 * worker may do so. Without the rest the instance cannot go on: that ends it like any trap.
 */
function linkNow(): void {
    const request = new XMLHttpRequest();
    request.open('GET', halves?.rest ?? '', false);
    request.responseType = 'arraybuffer';
    try {
        request.send();
    } catch {
        throw new WebAssembly.RuntimeError('the rest of the core cannot be loaded');
    }
    if (request.status !== 200) throw new WebAssembly.RuntimeError('the rest of the core is not there');
    link(new WebAssembly.Module(request.response as ArrayBuffer));
}

Object.assign(globalThis, { satchelRest: linkNow });
