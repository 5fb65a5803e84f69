// The core's module, loaded once however often it is asked for.

import init, { Vault } from '../generated/bindings_wasm.js';

export { Vault };

let started: Promise<unknown> | undefined;

/** Loads and compiles the module. A failed load (no network) is tried again by the next call. */
export async function ready(url: string): Promise<void> {
    started ??= init({ module_or_path: url });
    try {
        await started;
    } catch (error) {
        started = undefined;
        throw error;
    }
}
