// Bulk sealing by the browser's own AES-256-GCM and SHA-256, with keys, nonces and order as the core dictates them (CONTENT-9). The bytes
// are those that the core would make itself, only many times sooner.

import type { Changes, PieceRequest, SealingPlan, Vault } from '../generated/bindings_wasm.js';
import { Ahead } from './ahead.ts';
import type { Session } from './session.ts';

const TAG = 16;
const NONCE = 12;
/** Most keys that are kept. */
const KEYS = 8;

type Give = (vault: Vault, time: number) => Changes;

export class Bulk {
    readonly #session: Session;
    readonly #read: (piece: PieceRequest) => Promise<Uint8Array<ArrayBuffer>>;
    readonly #ahead: Ahead;
    /** One key a file, not extractable, by the name that the core gives it. */
    readonly #keys = new Map<string, CryptoKey>();

    /** `read` gives the bytes of a piece. */
    constructor(session: Session, read: (piece: PieceRequest) => Promise<Uint8Array<ArrayBuffer>>) {
        this.#session = session;
        this.#read = read;
        this.#ahead = new Ahead(async (piece) => {
            const bytes = await read(piece);
            return { bytes, hash: await sha256(bytes) };
        });
    }

    /** Brings a piece: hashed in the first pass, sealed in the second. */
    async bring(piece: PieceRequest): Promise<Changes> {
        return this.#session.change(await this.prepare(piece));
    }

    /** Does the work on a piece, and gives the call that brings it. */
    async prepare(piece: PieceRequest): Promise<Give> {
        const { upload, index, sealing } = piece;
        if (!able()) {
            const whole = await this.#read(piece);
            return (vault, time) => vault.givePiece(upload, index, whole, time);
        }
        const { bytes, hash } = await this.#ahead.take(piece);
        const { length } = bytes;
        if (!sealing) return (vault, time) => vault.givePieceHash(upload, index, length, hash, time);
        const asked = (keyed: boolean) =>
            this.#session.ask((vault) => vault.planPiece(upload, index, length, hash, keyed));
        let plan = await asked(false);
        let key = this.#keys.get(plan.key_name);
        if (!key) {
            // The plan that brings the key is the one that is followed: the file may have begun anew in between.
            plan = await asked(true);
            key = await imported(plan);
            // Files go one after the other: older keys are not wanted again, or asked for anew.
            if (this.#keys.size >= KEYS) this.#keys.clear();
            this.#keys.set(plan.key_name, key);
        }
        const sealed = await seal(plan, key, bytes);
        const made = { index, length, hash, key_name: plan.key_name, sealed, address: await sha256(sealed) };
        return (vault, time) => vault.giveSealedPiece(upload, made, time);
    }
}

/** Browsers have WebCrypto only where the page came safely: by HTTPS or from this machine. Elsewhere the core does the work itself. */
export function able(): boolean {
    return crypto.subtle !== undefined;
}

/** Seals a piece whose plan has a key of its own. */
export async function sealOnce(plan: SealingPlan, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    return seal(plan, await imported(plan), bytes);
}

/** The key as one that cannot be read any more; its bytes are wiped. */
async function imported(plan: SealingPlan): Promise<CryptoKey> {
    const bytes = Uint8Array.from(plan.key);
    try {
        return await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt']);
    } finally {
        bytes.fill(0);
        if (plan.key instanceof Uint8Array) plan.key.fill(0);
    }
}

/** Header and chunks, as planned. */
async function seal(plan: SealingPlan, key: CryptoKey, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
    const nonces = Uint8Array.from(plan.nonces);
    const count = nonces.length / NONCE;
    let plain = bytes;
    if (bytes.length < plan.padded) {
        plain = new Uint8Array(plan.padded);
        plain.set(bytes);
    }
    const chunks = await Promise.all(
        Array.from({ length: count }, (_, at) => {
            const iv = nonces.subarray(at * NONCE, (at + 1) * NONCE);
            const chunk = plain.subarray(at * plan.chunk, Math.min(plain.length, (at + 1) * plan.chunk));
            return crypto.subtle.encrypt({ name: 'AES-GCM', iv, tagLength: TAG * 8 }, key, chunk);
        }),
    );
    const sealed = new Uint8Array(plan.header.length + plain.length + count * TAG);
    sealed.set(plan.header);
    let end = plan.header.length;
    for (const chunk of chunks) {
        sealed.set(new Uint8Array(chunk), end);
        end += chunk.byteLength;
    }
    return sealed;
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
    return [...digest].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
