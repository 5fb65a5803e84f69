// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** An HTTP header, lower-case name. */
export interface Header {
    /** Name. */
    name: string;
    /** Value. */
    value: string;
}

/** What to do next: `send`, `read`, `wait` or `idle`. */
export interface Request {
    /**
     * `send`: send the request and tell the answer under `id`. `read`: read the piece of a file and bring it with
     * `Vault::give_piece`, then call again. `wait`: call again at `until`. `idle`: nothing is left to send; news may
     * be asked for at `until`.
     */
    kind: string;
    /** Number of the request. */
    id: number;
    /** HTTP method. */
    method: string;
    /** Whole URL. */
    url: string;
    /** Headers to set. */
    headers: Header[];
    /** Body, if any. */
    body?: Uint8Array;
    /** When to call again, Unix seconds. */
    until: number;
    /** The piece to read. */
    piece?: PieceRequest;
}
