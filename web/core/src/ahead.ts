// Pieces that come next are read and hashed while the one before them is sealed: browsers do both beside what the worker does.

import type { PieceRequest } from '../generated/bindings_wasm.js';

/** Bytes of a whole piece (DESIGN §9). */
export const PIECE = 1 << 20;

/** A piece with its hash, as soon as it is there. */
export interface Looked {
    bytes: Uint8Array<ArrayBuffer>;
    hash: string;
}

type Look = (piece: PieceRequest) => Promise<Looked>;

/** Pieces that are looked at beforehand: one for each of the two threads that any device has. */
const DEPTH = 2;

export class Ahead {
    readonly #look: Look;
    #coming = new Map<string, Promise<Looked>>();

    constructor(look: Look) {
        this.#look = look;
    }

    /** This piece, which may be there already; those after it are begun. */
    async take(piece: PieceRequest): Promise<Looked> {
        const before = this.#coming;
        this.#coming = new Map();
        const looked = before.get(nameOf(piece)) ?? this.#look(piece);
        for (let next = after(piece); next && this.#coming.size < DEPTH; next = after(next)) {
            const coming = before.get(nameOf(next)) ?? this.#look(next);
            // Whoever takes it hears of it.
            coming.catch(() => {});
            this.#coming.set(nameOf(next), coming);
        }
        return looked;
    }
}

const nameOf = ({ upload, source, index, size }: PieceRequest) => [upload, source, index, size].join(' ');

function after(piece: PieceRequest): PieceRequest | undefined {
    const [index, offset] = [piece.index + 1, piece.offset + piece.length];
    if (piece.length === 0 || offset >= piece.size) return undefined;
    return { ...piece, index, offset, length: Math.min(PIECE, piece.size - offset) };
}
