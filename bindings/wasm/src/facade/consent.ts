// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** One right of an offer. */
export interface OfferRight {
    /** `read`, `append` or `order`. */
    right: string;
    /** Seconds from confirmation; absent for an open end. */
    seconds?: number;
}

/** What the patient wants to share. */
export interface OfferRequest {
    /** Whole categories. */
    categories: string[];
    /** Single records. */
    records: string[];
    /** Only records signed from this time on. */
    from?: number;
    /** Only records signed before this time. */
    until?: number;
    /** Whether records filed later join ("from now on"). */
    ongoing: boolean;
    /** Rights. */
    rights: OfferRight[];
    /** Records kept out. */
    hidden: string[];
    /** Seconds until the code dies. */
    lifetime: number;
}

/** One of the 64 symbols. */
export interface SymbolView {
    /** Name; its phrase is `symbol.<name>`. */
    name: string;
    /** Picture. */
    picture: string;
}

/** Who claims, and who stands behind them. */
export interface Claimant {
    /** The name to show: the vouched one, else the claimed one. */
    name: string;
    /** The identity. */
    identity: string;
    /** Its short form. */
    fingerprint: string;
    /** `trusted`, `unknown`, `refused` or `none`. */
    vouched: string;
    /** Why a credential is refused: a code. */
    reason?: string;
    /** The organization that vouches. */
    organization?: string;
    /** Its name. */
    organization_name?: string;
    /** The role it vouches for. */
    role?: string;
    /** When its list was last read. */
    checked?: number;
    /** `asking` while its list is read anew, `unreached` while its relay does not answer; absent once it was read. */
    list?: string;
    /** HL7 purpose of use. */
    purpose: string;
}

/** An offer. */
export interface OfferView {
    /** Its id. */
    id: string;
    /** `open`, `claimed`, `confirmed`, `declined` or `expired`. */
    stage: string;
    /** The text of the QR code, while it is open. */
    url?: string;
    /** When the code dies. */
    expires: number;
    /** Records it would share now. */
    records: number;
    /** Who claimed it. */
    claimant?: Claimant;
    /** The four symbols, for a vouched claimant. */
    symbols: SymbolView[];
    /** Three rows of four symbols, for a claimant nobody trusted vouches for: the patient picks the one on the claimant's screen. */
    choices: SymbolView[][];
    /** Attempts to claim it after the first. */
    attempts: number;
    /** The grant, once confirmed. */
    grant?: string;
    /** Bytes of files that the claimant may send, all together, if the rights include writing. */
    files: number;
}

/** A claim. */
export interface ClaimView {
    /** Id of the offer. */
    id: string;
    /** `fetching`, `claiming`, `waiting`, `comparing`, `confirmed`, `declined` or `failed`. */
    stage: string;
    /** The patient's relay. */
    relay: string;
    /** The four symbols to compare, once known. */
    symbols: SymbolView[];
    /** When the code dies, once known. */
    expires?: number;
    /** The grant, once given. */
    grant?: string;
    /** Why it failed: a code. */
    reason?: string;
}

/** What a scanned code is, before anything is done with it. */
export interface Preview {
    /** `consent`. */
    kind: string;
    /** The relay it names. */
    relay: string;
    /** Id of the offer. */
    offer: string;
}
