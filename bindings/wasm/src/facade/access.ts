// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** What a grant is narrowed to: everything that is to hold from now on. */
export interface NarrowRequest {
    /** Whole categories that stay. */
    categories: string[];
    /** Single records that stay. */
    records: string[];
    /** Only records signed from this time on. */
    from?: number;
    /** Only records signed before this time. */
    until?: number;
    /** Whether records filed later go on joining. */
    ongoing: boolean;
    /** Rights that stay: `read`, `append`, `order`. */
    rights: string[];
}

/** A record that was delivered under a grant. */
export interface DeliveryView {
    /** The record. */
    record: string;
    /** When its copy was first fetched, by the reader's signed request. */
    time: number;
    /** Whether the request was signed by a key that the holder named in the claim; other keys are known from the relay alone. */
    claimed: boolean;
    /** When the reader said to have opened it; without that it reads "delivered, opening not confirmed". */
    opened?: number;
}

/** A record that was erased. */
export interface ErasureView {
    /** The record's id; nothing else is left of it. */
    record: string;
    /** The block that filed it; it stays. */
    sequence: number;
    /** When. */
    time: number;
    /** `erasing` until the relay was asked and looked at, then `erased`. */
    state: string;
    /** Names of holders of grants who opened or fetched it: they may keep their copies. */
    holders: string[];
}
