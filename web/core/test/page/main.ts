// The portal's own core without its screens, where a test can call it.

import { core } from '../../../portal/src/worker/start.ts';
import { ownScript } from '../../../portal/src/worker/own_script.ts';
import sealing from './sealing.worker.ts?worker&url';
import vectors from './vectors.worker.ts?worker&url';

const events: unknown[] = [];
core.on((event) => events.push(event));

/** Runs the operations of a conformance vector in a worker of their own. */
async function runVectors(calls: [string, string][]): Promise<string[]> {
    const worker = new Worker(ownScript(vectors) as string, { type: 'module' });
    const answered = new Promise<string[]>((resolve, reject) => {
        worker.addEventListener('message', ({ data }) => resolve(data));
        worker.addEventListener('error', () => reject(new Error('the worker failed')));
    });
    worker.postMessage(calls);
    return answered.finally(() => worker.terminate());
}

/** Takes in a file of so many bytes in a worker of its own, and says how long it took. */
async function sealFile(size: number): Promise<unknown> {
    const worker = new Worker(ownScript(sealing) as string, { type: 'module' });
    const answered = new Promise((resolve, reject) => {
        worker.addEventListener('message', ({ data }) => resolve(data));
        worker.addEventListener('error', () => reject(new Error('the worker failed')));
    });
    worker.postMessage([location.origin, size]);
    return answered.finally(() => worker.terminate());
}

Object.assign(globalThis, { core, events, runVectors, sealFile });
