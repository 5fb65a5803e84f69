// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A stored entry, or the answer that there is none. */
export interface Entry {
    /** Opaque name; names that begin with `i` or `h` are given to `open`, those with `d` only when asked for. */
    key: string;
    /** Sealed bytes; absent when the store has no such entry. */
    value?: Uint8Array;
}

/** An entry to write. */
export interface Put {
    /** Opaque name. */
    key: string;
    /** Sealed bytes. */
    value: Uint8Array;
}

/** A named word for a sentence. */
export interface Param {
    /** Name of the placeholder. */
    name: string;
    /** The word. */
    value: string;
}

/** Something to show: a phrase key, what it is about, and the words it names. */
export interface Show {
    /** Phrase key, such as `show.record_filed`. */
    kind: string;
    /** Id of what it is about, or empty. */
    subject: string;
    /** Words for the phrase; a refusal carries its `code`. */
    params: Param[];
}

/** What to store, atomically and with compare-and-swap on `generation`, and what to show. */
export interface Changes {
    /** The store's generation afterwards; unchanged when nothing is to be stored. */
    generation: number;
    /** Entries to write. */
    puts: Put[];
    /** Entries to delete. */
    deletes: string[];
    /** Id of what the call made, if anything. */
    created?: string;
    /** What to show. */
    show: Show[];
}
