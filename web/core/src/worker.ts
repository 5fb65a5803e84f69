// What the worker's script runs: the host behind comlink.

import * as Comlink from 'comlink';
import { Host } from './host.ts';
import type { Halves } from './wasm.ts';

/** Serves the core of this worker; `halves` are the addresses of the WebAssembly files. */
export function serve(halves: Halves): void {
    Comlink.expose(new Host(halves));
}
