// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** One right of a grant. */
export interface PermissionView {
    /** `read`, `append` or `order`. */
    right: string;
    /** From when. */
    from: number;
    /** Until when, if it ends. */
    until?: number;
}

/** A grant this patient gave: a row of the access list. */
export interface GrantView {
    /** Its id. */
    id: string;
    /** The holder's name. */
    name: string;
    /** The holder. */
    grantee: string;
    /** Who vouches for the holder. */
    organization?: string;
    /**
     * `live`, `over`, `paused`, `stopping` or `ended`. It reads `stopping` from the revocation until the relay confirmed that keys, copies,
     * earlier blocks and mailbox are gone; only then `ended`.
     */
    state: string;
    /** HL7 purpose of use. */
    purpose: string;
    /** Whole categories in scope. */
    categories: string[];
    /** Single records in scope. */
    records: string[];
    /** Only records signed from this time on. */
    from?: number;
    /** Only records signed before this time. */
    until?: number;
    /** Whether records filed later join. */
    ongoing: boolean;
    /** Rights. */
    permissions: PermissionView[];
    /** When it was given. */
    since: number;
    /** Records shared so far. */
    shared: number;
    /** Whether everything shared, changed or taken away has reached the relay. */
    sent: boolean;
    /** Records that were fetched without a receipt, as far as the relay showed: "delivered, opening not confirmed". */
    unconfirmed: number;
    /** When the holder last said to have opened something. */
    last_opened?: number;
    /** When it was revoked. */
    ended?: number;
    /** When the relay had confirmed the end. */
    stopped?: number;
    /** Whether it stood when the words brought a device back and nobody has kept or stopped it since: when that was. */
    undecided?: number;
    /** Whether its holder is asked to delete what it gave: `asked`, `deleted` (as the holder says) or `refused`. */
    deletion?: string;
    /** Bytes of files that the holder may send, all together. */
    files: number;
}

/** A grant this practitioner or lab received. */
export interface AccessView {
    /** The grant. */
    id: string;
    /** The patient's name, as the patient gives it. */
    name: string;
    /** The patient. */
    patient: string;
    /** `live`, `over`, `paused`, `unreachable` or `ended`. */
    state: string;
    /** HL7 purpose of use. */
    purpose: string;
    /** Rights. */
    permissions: PermissionView[];
    /** When it was given. */
    since: number;
    /** Records listed. */
    records: number;
    /** Records not opened yet. */
    unopened: number;
    /** Latest: blocks of the share seen so far. */
    blocks: number;
    /** Latest: when the patient's wallet last changed the share. */
    updated?: number;
    /** Latest: when the relay was last asked. */
    checked?: number;
    /** Latest: how far that can be believed, a phrase key: `latest.relay_only`. */
    witness: string;
    /** How this vault holds it: `holder`, `delegate` or `team`. */
    capacity: string;
    /** Until when this vault's own part of it holds, for a delegate. */
    until?: number;
    /** When the patient asked that it be deleted, where that is not answered. */
    deletion?: number;
    /**
     * A device, or a member of the team, was taken out and the patient's device has not opened the next epoch yet: until then only the
     * relay keeps it out.
     */
    only_the_relay: boolean;
}

/** A receipt in the patient's chain. */
export interface ReceiptView {
    /** Under which grant. */
    grant: string;
    /** The reader's name. */
    name: string;
    /** The reader. */
    reader: string;
    /** Which records. */
    records: string[];
    /** When, in the reader's words. */
    time: number;
}

/** A record this practitioner or lab sent to a patient. */
export interface SubmissionView {
    /** The record. */
    id: string;
    /** Under which grant. */
    grant: string;
    /** The patient's name. */
    patient: string;
    /** Phrase key of the kind of record. */
    kind: string;
    /** What it is called. */
    title?: string;
    /** Its category. */
    category: string;
    /** `signed`, `sent`, `delivered`, `filed`, `declined`, `failed` or `cancelled`. */
    stage: string;
    /** Why it was declined or failed: a code. */
    reason?: string;
    /** When it was signed. */
    time: number;
}
