// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A device of the owner. */
export interface DeviceView {
    /** The device: the hash of the statement that certifies it. */
    id: string;
    /** What the owner calls it; empty until it is named. */
    name: string;
    /** When it was listed in the chain. */
    since: number;
    /** The newest block of the own chain that it signed. */
    last_block?: number;
    /** When that was. */
    last_signed?: number;
    /** Whether it may certify and take out others. */
    admin: boolean;
    /** Whether it is the one in use. */
    this: boolean;
    /** When it was taken out. */
    removed?: number;
    /** Whether the relay has confirmed that it was taken out; until then it may still write and read. */
    removal_confirmed: boolean;
}
