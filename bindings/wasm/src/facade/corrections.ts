// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** Somebody who opened the old version. */
export interface CorrectionReader {
    /** Under which grant. */
    grant: string;
    /** Name. */
    name: string;
    /** When the old version was opened. */
    opened: number;
    /** Whether the correction is in that grant's share: it is told there. */
    told: boolean;
    /** When the correction was opened. */
    read?: number;
}

/** A correction. */
export interface CorrectionView {
    /** The old version: still there, marked. */
    old: string;
    /** The version that counts. */
    new: string;
    /** The grant under which both are shared with this vault; absent in the patient's own chain. */
    grant?: string;
    /** What it is called. */
    title?: string;
    /** Whether the old version was withdrawn and nothing stands in its place. */
    withdrawn: boolean;
    /** Who corrected it. */
    author: string;
    /** Who vouches for the author. */
    organization?: string;
    /** Why, in the author's words. */
    reason?: string;
    /** When it was signed. */
    time: number;
    /** When this reader opened the old version; only for shared records. */
    opened?: number;
    /** Who opened the old version; only for the patient. */
    readers: CorrectionReader[];
}
