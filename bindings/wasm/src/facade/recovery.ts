// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A record that recovery opened, or could not open. */
export interface RecoveredRecord {
    /** The block that files it. */
    sequence: number;
    /** What it is: kind, date, title; none when it could not be opened. */
    summary?: RecordSummary;
    /** Why it could not be opened. */
    code?: string;
}

/** A file that recovery opened, or could not open. */
export interface RecoveredFile {
    /** The record it belongs to. */
    record: string;
    /** Its name. */
    name: string;
    /** Its size in bytes. */
    size: number;
    /** Why it could not be opened. */
    code?: string;
}

/** What recovery proved so far. */
export interface Recovery {
    /** The chain was read to its end, every block of it verified, and everything below was opened. */
    recovered: boolean;
    /** Blocks read. */
    blocks: number;
    /** The first block that does not verify. */
    bad_block?: number;
    /** Why nothing can be said yet, or why that block is bad. */
    code?: string;
    /** Records of the chain. */
    records: number;
    /** The oldest record. */
    oldest?: RecoveredRecord;
    /** The newest record. */
    newest?: RecoveredRecord;
    /** One file. */
    file?: RecoveredFile;
    /** When the relay admitted the newest block it showed. That there is none newer is this relay's word alone. */
    newest_admitted?: number;
    /** Shares that still stand: each is to be kept or stopped. */
    live_grants: number;
    /** Shares about which nothing was decided since the words brought a device back. */
    undecided_grants: number;
    /** Devices in service besides this one: the lost one is to be taken out. */
    other_devices: number;
    /** When the kit was last replaced. */
    kit_replaced?: number;
}
