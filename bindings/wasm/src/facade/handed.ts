// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A file that somebody handed over. */
export interface HandedView {
    /** `request` for a credential, `credential`, `contact`, `organization`, or `officer` who wants to join. */
    kind: string;
    /** The name in it: the vouched one, else the one it gives. */
    name: string;
    /** Whose it is; an officer who wants to join has no identity yet. */
    identity?: string;
    /** The identity's short form, to be compared with the one on the other screen. */
    fingerprint?: string;
    /** Who vouches for the name: `trusted`, `unknown`, `refused` or `none`. */
    vouched: string;
    /** The organization that vouches. */
    organization?: string;
}
