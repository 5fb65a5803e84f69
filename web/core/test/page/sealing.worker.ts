// How fast a file is hashed, sealed and addressed in this browser, beside WebCrypto doing the same AES and SHA-256 with nobody dictating.

import first from '../../generated/first.wasm?url';
import rest from '../../generated/rest.wasm?url';
import { Bulk } from '../../src/bulk.ts';
import { Host } from '../../src/host.ts';
import { Vault } from '../../src/wasm.ts';

const PIECE = 1 << 20;
const CHUNK = 16_384;
/** Pieces that the core seals for comparison. */
const ROUNDS = 16;

/** Milliseconds spent on pieces, both passes, without what they waited for their turn. */
let spent = 0;
const prepare = Bulk.prototype.prepare;
Bulk.prototype.prepare = async function timed(piece, bytes) {
    const started = performance.now();
    const give = await prepare.call(this, piece, bytes);
    spent += performance.now() - started;
    return (vault, time) => {
        const begun = performance.now();
        try {
            return give(vault, time);
        } finally {
            spent += performance.now() - begun;
        }
    };
};

addEventListener('message', async ({ data: [relay, size] }: MessageEvent<[string, number]>) => {
    try {
        const file = new File([new Uint8Array(size).map((_, at) => at)], 'scan.bin');
        const host = new Host({ first, rest });
        const made = await host.create({ role: 'patient', name: 'Nora Lind', relay }, 'correct horse battery');
        if (!made.ok) throw new Error(made.error.code);
        await host.sync();
        const started = performance.now();
        const added = await host.addFile(file);
        if (!added.ok) throw new Error(added.error.code);
        const kept = performance.now() - started;
        for (;;) {
            const files = await host.query('files', []);
            if (!files.ok) throw new Error(files.error.code);
            if (files.value.length === 0) break;
            await new Promise((done) => setTimeout(done, 50));
        }
        const whole = performance.now() - started;
        const alone = await webcrypto(file);
        await host.close();
        postMessage({ sealed: spent, kept, whole, webcrypto: alone, core: byTheCore(relay) });
    } catch (error) {
        postMessage({ error: String(error) });
    }
});

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

/** The yardstick: AES-256-GCM over 16 KiB chunks, and two passes of SHA-256. */
async function webcrypto(file: File): Promise<number> {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    let took = 0;
    for (let at = 0; at < file.size; at += PIECE) {
        const piece = new Uint8Array(await file.slice(at, at + PIECE).arrayBuffer());
        const started = performance.now();
        await crypto.subtle.digest('SHA-256', piece);
        const sealed = new Uint8Array(piece.length + (piece.length / CHUNK) * 16);
        const chunks = await Promise.all(
            Array.from({ length: piece.length / CHUNK }, (_, number) => {
                const iv = new Uint8Array(12);
                new DataView(iv.buffer).setUint32(8, at / CHUNK + number);
                return crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, piece.subarray(number * CHUNK, (number + 1) * CHUNK));
            }),
        );
        chunks.forEach((chunk, number) => sealed.set(new Uint8Array(chunk), number * (CHUNK + 16)));
        await crypto.subtle.digest('SHA-256', sealed);
        took += performance.now() - started;
    }
    return took;
}
