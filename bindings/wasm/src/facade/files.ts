// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A file to take in. */
export interface FileDraft {
    /** Its name. */
    name: string;
    /** Its media type. */
    media_type: string;
    /** Its size in bytes. */
    size: number;
    /** Where the platform finds it again, in the platform's own words: a path, the key of a copy. */
    source: string;
}

/** A piece that the platform is to read and bring. */
export interface PieceRequest {
    /** The file on its way. */
    upload: string;
    /** Number of the piece. */
    index: number;
    /** First byte. */
    offset: number;
    /** How many bytes; 0 beyond the file's end: bring nothing. */
    length: number;
    /** Bytes the whole file must have; with any other size it changed. */
    size: number;
    /** Whether it is read for sending; else it is hashed. */
    sealing: boolean;
    /** Where the platform finds the file. */
    source: string;
}

/** A file on its way to the relay. */
export interface FileView {
    /** Its id while it is on its way. */
    id: string;
    /** Its name. */
    name: string;
    /** Its media type. */
    media_type: string;
    /** Its size in bytes. */
    size: number;
    /** Where the platform finds it. */
    source: string;
    /** The grant it is sent under; none for an own document. */
    grant?: string;
    /** `reading`, `sending`, `waiting` for the other files of its record, or `stopped`. */
    stage: string;
    /** Bytes read in the first pass. */
    read: number;
    /** Bytes that the relay has. */
    sent: number;
    /** Parts it is sent in. */
    parts: number;
    /** Parts that the relay has. */
    stored: number;
    /** Why it stopped. */
    code?: string;
    /** When it was begun. */
    since: number;
}

/** A file that is being fetched. */
export interface DownloadView {
    /** Its name, as the sender gave it. */
    name: string;
    /** Its size in bytes. */
    size: number;
    /** Bytes handed out or found here. */
    done: number;
    /** Whether every part was fetched and checked; `Vault::finish_download` decides. */
    complete: boolean;
    /** Why it stopped. */
    code?: string;
    /** The part that stopped it, from 1. */
    part?: number;
}

/** A piece of a fetched file, checked in its place. */
export interface FilePiece {
    /** Its number. */
    index: number;
    /** Where it begins in the file. */
    offset: number;
    /** Its bytes. */
    bytes: Uint8Array;
}
