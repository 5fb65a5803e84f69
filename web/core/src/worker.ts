// What the worker's script runs: the host behind comlink.

import * as Comlink from 'comlink';
import { Host } from './host.ts';

/** Serves the core of this worker; `module` is the address of the WebAssembly file. */
export function serve(module: string): void {
    Comlink.expose(new Host(module));
}
