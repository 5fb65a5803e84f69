// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A permission to copy a result. */
export interface CopyPermissionView {
    /** Its id. */
    id: string;
    /** The request. */
    request: string;
    /** The lab's grant. */
    lab_grant: string;
    /** The recipient's grant. */
    recipient_grant: string;
    /** Until when copies may be sent. */
    until?: number;
    /** When it ended before that. */
    ended?: number;
}

/** A result that arrived by a copy. */
export interface CopyView {
    /** The record. */
    record: string;
    /** The grant of its patient. */
    grant: string;
    /** The patient's name. */
    patient: string;
    /** The request that it answers. */
    request: string;
    /** What was examined. */
    title?: string;
    /** The level that most asks for attention. */
    level?: string;
    /** Who signed it. */
    author: string;
    /** When it was signed. */
    time: number;
    /** `not_yet_filed` until the patient's wallet has filed and shared it, then `filed`. */
    state: string;
    /** When it was first opened here. */
    opened?: number;
}
