// The piece that comes next is read and hashed while the one before it is sealed and sent.

import type { PieceRequest } from '../generated/bindings_wasm.js';

/** Bytes of a whole piece (DESIGN §9). */
export const PIECE = 1 << 20;

/** A piece with its hash, as soon as it is there. */
export interface Looked {
    bytes: Uint8Array<ArrayBuffer>;
    hash: string;
}

type Look = (piece: PieceRequest) => Promise<Looked>;

export class Ahead {
    readonly #look: Look;
    #next: { name: string; looked: Promise<Looked> } | undefined;

    constructor(look: Look) {
        this.#look = look;
    }

    /** This piece, which may be there already; the one after it is begun. */
    async take(piece: PieceRequest): Promise<Looked> {
        const begun = this.#next?.name === nameOf(piece) ? this.#next.looked : undefined;
        this.#next = undefined;
        const looked = await (begun ?? this.#look(piece));
        const next = after(piece);
        if (next) {
            const coming = this.#look(next);
            // Whoever takes it hears of it.
            coming.catch(() => {});
            this.#next = { name: nameOf(next), looked: coming };
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
