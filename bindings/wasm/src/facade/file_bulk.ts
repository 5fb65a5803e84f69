// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** How a piece is sealed: AES-256-GCM without associated data over each chunk, ciphertext and tag after ciphertext and tag, behind the header. */
export interface SealingPlan {
    /** Names the key; a file that begins anew has another one. */
    key_name: string;
    /** The AES-256 key of this file, when it was asked for, else empty: import it once, not extractable, and wipe these bytes. */
    key: Uint8Array;
    /** The nonces of the chunks, 12 bytes each, in order. */
    nonces: Uint8Array;
    /** Plaintext bytes of every chunk but the last. */
    chunk: number;
    /** Plaintext bytes of the whole piece: what it has less is filled up with zeros. */
    padded: number;
    /** What stands in front of the first chunk. */
    header: Uint8Array;
}

/** A piece as the platform sealed it. */
export interface SealedPiece {
    /** Its number. */
    index: number;
    /** Bytes of the file in it. */
    length: number;
    /** Their SHA-256. */
    hash: string;
    /** Names the key of the plan. */
    key_name: string;
    /** Header and chunks. */
    sealed: Uint8Array;
    /** The SHA-256 of `sealed`. */
    address: string;
}
