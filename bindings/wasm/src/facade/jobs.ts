// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** How far a job is. */
export interface JobView {
    /** Its name. */
    id: string;
    /** `check` or `export`. */
    kind: string;
    /** Blocks done. */
    done: number;
    /** Blocks in all. */
    total: number;
    /** Whether nothing is left to do: the result can be taken. */
    finished: boolean;
}
