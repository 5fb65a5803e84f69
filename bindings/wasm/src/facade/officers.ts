// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** An officer's device. */
export interface OfficerView {
    /** The device. */
    id: string;
    /** The officer's name; empty until one was given. */
    name: string;
    /** Whether it is this vault. */
    this: boolean;
    /** When it was listed. */
    since: number;
    /** When it was taken out. */
    removed?: number;
}

/** Something that an officer did in the organization's public chain. */
export interface ActView {
    /** Number of the block. */
    sequence: number;
    /** What it is for: `genesis`, `status`, `device`, `epoch`. */
    kind: string;
    /** When, as the officer's device says. */
    time: number;
    /** The officer's name. */
    officer: string;
    /** The officer's device. */
    device: string;
}
