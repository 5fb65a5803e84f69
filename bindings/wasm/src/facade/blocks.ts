// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A block as the chain view draws it. */
export interface BlockView {
    /** Sequence number; 0 is genesis. */
    sequence: number;
    /** What it is for. */
    kind: string;
    /** When. */
    time: number;
    /** The hash of its bytes, whatever the chain says it should be. */
    hash: string;
    /** Hash of the block before; absent in genesis. */
    previous?: string;
    /** When the log promised it; absent while it is not admitted. */
    promised?: number;
    /** The signing device. */
    actor?: string;
    /** Hash of the body commitment. */
    body?: string;
    /** Code of what is wrong with it; absent when it verified. */
    failure?: string;
    /** The signed bytes, when asked for one block. */
    bytes?: Uint8Array;
}

/** The own chain. */
export interface Chain {
    /** Its id: the hash of genesis. */
    id: string;
    /** Number of blocks. */
    blocks: number;
    /** Hash of the newest. */
    head: string;
    /** Blocks not admitted yet. */
    pending: number;
    /** When the relay was last asked. */
    checked?: number;
}

/** The result of checking every block of the own chain. */
export interface Checked {
    /** Blocks checked. */
    blocks: number;
    /** The first bad block. */
    bad?: number;
    /** What is wrong with it: a code. */
    code?: string;
}
