// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** How far a job is. */
export interface JobView {
    /** Its name. */
    id: string;
    /** `check`, `export` or `verify`. */
    kind: string;
    /** Blocks done; in a `verify` job each block counts four times. */
    done: number;
    /** Blocks in all. */
    total: number;
    /** Whether nothing is left to do: the result can be taken. */
    finished: boolean;
}
