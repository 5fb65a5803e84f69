// How fast a file is hashed, sealed and addressed in this browser, beside WebCrypto doing the same AES and SHA-256 with nobody dictating. Both
// work on the same pieces in turn, so that both meet the same other work: parts on their way to the relay, and the relay.

import first from '../../generated/first.wasm?url';
import rest from '../../generated/rest.wasm?url';
import { Bulk } from '../../src/bulk.ts';
import { Copies } from '../../src/copies.ts';
import { Host } from '../../src/host.ts';
import { Vault } from '../../src/wasm.ts';

const PIECE = 1 << 20;
const CHUNK = 16_384;
/** Pieces that the core seals for comparison. */
const ROUNDS = 16;

/** Milliseconds spent on pieces: ours in both passes, and the yardstick's. */
let [ours, yardstick] = [0, 0];
let comparing = false;
const { prepare } = Bulk.prototype;
Bulk.prototype.prepare = async function timed(piece) {
    const started = performance.now();
    const give = await prepare.call(this, piece);
    ours += performance.now() - started;
    if (comparing && piece.sealing) yardstick += await webcrypto(new Uint8Array(piece.length).fill(piece.index));
    return (vault, time) => {
        const begun = performance.now();
        try {
            return give(vault, time);
        } finally {
            ours += performance.now() - begun;
        }
    };
};

addEventListener('message', async ({ data: [relay, size] }: MessageEvent<[string, number]>) => {
    try {
        const content = new Uint8Array(size).map((_, at) => at);
        const host = new Host({ first, rest });
        const made = await host.create({ role: 'patient', name: 'Nora Lind', relay }, 'correct horse battery');
        if (!made.ok) throw new Error(made.error.code);
        await host.sync();
        const { kept, whole } = await filed(host, new File([content], 'scan.bin'));
        // Reading is no part of the comparison: what is chosen lies in memory.
        Copies.prototype.read = async ({ offset, length }) => content.slice(offset, offset + length);
        [ours, comparing] = [0, true];
        await filed(host, new File([content], 'again.bin'));
        await host.close();
        postMessage({ sealed: ours, kept, whole, webcrypto: yardstick, core: byTheCore(relay) });
    } catch (error) {
        postMessage({ error: String(error) });
    }
});

/** Takes a file in and waits until its record is filed: milliseconds until the copy is kept, and until the end. */
async function filed(host: Host, file: File): Promise<{ kept: number; whole: number }> {
    const started = performance.now();
    const added = await host.addFile(file);
    if (!added.ok) throw new Error(added.error.code);
    const kept = performance.now() - started;
    for (;;) {
        const files = await host.query('files', []);
        if (!files.ok) throw new Error(files.error.code);
        if (files.value.length === 0) return { kept, whole: performance.now() - started };
        await new Promise((done) => setTimeout(done, 50));
    }
}

/** Milliseconds that the core itself takes to seal one piece, in WebAssembly. */
function byTheCore(relay: string): number {
    const setup = { role: 'patient', name: 'Nora Lind', relay };
    const { vault } = Vault.create(setup, 'correct horse battery', Math.floor(Date.now() / 1000));
    const piece = new Uint8Array(PIECE);
    const started = performance.now();
    for (let index = 0; index < ROUNDS; index += 1) vault.sealPiece('copy', index, piece);
    const took = (performance.now() - started) / ROUNDS;
    vault.free();
    return took;
}

/** The yardstick: AES-256-GCM over 16 KiB chunks, and two passes of SHA-256; the milliseconds it took. */
async function webcrypto(piece: Uint8Array<ArrayBuffer>): Promise<number> {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    const started = performance.now();
    await crypto.subtle.digest('SHA-256', piece);
    const count = Math.ceil(piece.length / CHUNK);
    const sealed = new Uint8Array(piece.length + count * 16);
    const chunks = await Promise.all(
        Array.from({ length: count }, (_, number) => {
            const iv = new Uint8Array(12);
            new DataView(iv.buffer).setUint32(8, number);
            return crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, piece.subarray(number * CHUNK, (number + 1) * CHUNK));
        }),
    );
    chunks.forEach((chunk, number) => sealed.set(new Uint8Array(chunk), number * (CHUNK + 16)));
    await crypto.subtle.digest('SHA-256', sealed);
    return performance.now() - started;
}
