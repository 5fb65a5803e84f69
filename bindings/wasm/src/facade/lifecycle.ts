// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** What a new vault starts from. */
export interface Setup {
    /** `patient`, `practitioner`, `laboratory`, `organization` or `auditor`. */
    role: string;
    /** The owner's name. */
    name: string;
    /** The home relay's address. */
    relay: string;
    /** Single-use tokens, separated by spaces, for a relay that asks for one with each new chain. */
    token?: string;
}

/** Whose vault this is and how it stands. */
export interface Profile {
    /** The owner's role; empty while joining. */
    role: string;
    /** The owner's name. */
    name: string;
    /** The identity, once known. */
    identity?: string;
    /** Its short form, only for eyes. */
    fingerprint?: string;
    /** `founding`, `joining` or `ready`. */
    stage: string;
    /** The home relay. */
    relay: string;
    /** The home log's origin, once known. */
    log?: string;
    /** Blocks in the own chain. */
    blocks: number;
    /** Devices certified. */
    devices: number;
    /** Things that wait to be sent. */
    outbox: number;
    /** Of these, things that stopped and wait for the person: their codes. */
    stopped: string[];
    /** Why others were refused and are tried again by themselves: codes, each once. */
    delayed: string[];
    /** Messages that wait for an organization's list. */
    held: number;
    /** When this device last heard from a relay. */
    last_synced?: number;
    /** Whether the words of the kit can still be shown. */
    kit: boolean;
}
