// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** What this organization says of itself. */
export interface OrganizationView {
    /** Its identity. */
    id: string;
    /** The identity's short form, only for eyes. */
    fingerprint: string;
    /** Its name. */
    name: string;
    /** Relay of its public chain. */
    relay: string;
    /** Its public chain. */
    chain: string;
    /** Blocks of the public chain. */
    blocks: number;
    /** Of these, blocks that the relay has not admitted yet. */
    pending: number;
    /** Whether its statement names an intake for first messages. */
    intake: boolean;
    /** Its line for lists of trusted organizations. */
    line: string;
    /** Who acts for it, as its statement says. */
    officers: string[];
}

/** A credential that this organization issued. */
export interface StaffView {
    /** The credential. */
    id: string;
    /** The staff member. */
    subject: string;
    /** Name. */
    name: string;
    /** `practitioner`, `laboratory` or `desk`. */
    role: string;
    /** Licence number, may be empty. */
    licence: string;
    /** Until when it is valid. */
    until: number;
    /** `active`, `suspended` or `ended`, as last stated. */
    standing: string;
    /** From when that holds. */
    since: number;
    /** The officer who issued it, by name. */
    officer: string;
}

/** A credential that this practitioner or lab holds. */
export interface CredentialView {
    /** The credential. */
    id: string;
    /** The organization. */
    organization: string;
    /** Its name. */
    organization_name: string;
    /** Name vouched for. */
    name: string;
    /** `practitioner`, `laboratory` or `desk`. */
    role: string;
    /** Licence number, may be empty. */
    licence: string;
    /** From when it is valid. */
    from: number;
    /** Until when it is valid. */
    until: number;
    /** Whether it stands now, as far as the organization's list was read. */
    stands: boolean;
    /** Why it does not: a code. Nothing while the organization's list was never read. */
    reason?: string;
    /** When the organization's list was last read. */
    checked?: number;
    /** Whether it goes with what is claimed and written from now on: the newest does. */
    in_use: boolean;
}

/** An organization on the owner's list. */
export interface TrustedView {
    /** The organization. */
    id: string;
    /** The identity's short form, only for eyes. */
    fingerprint: string;
    /** Its name on the list. */
    name: string;
    /** The name it gives itself, once known. */
    own_name?: string;
    /** When its list of credentials was last read. */
    checked?: number;
    /** Who acts for it, as it says itself. */
    officers: string[];
}
