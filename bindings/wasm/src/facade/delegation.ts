// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A delegation, as the patient and the grantee see it. */
export interface DelegationView {
    /** Its id. */
    id: string;
    /** Under which grant. */
    grant: string;
    /** The delegate's name, as vouched for or as claimed. */
    name: string;
    /** The delegate. */
    delegate: string;
    /** Who vouches for the delegate. */
    organization?: string;
    /** The grantee's name; the patient's for the grantee's own list. */
    under: string;
    /** Rights. */
    permissions: PermissionView[];
    /** When it was made. */
    since: number;
    /** `live`, `over`, `ended` (with the grant), `stopping` (the relay has not confirmed) or `stopped`. */
    state: string;
    /** When the delegate last said to have opened something; only the patient knows. */
    last_opened?: number;
    /** When it was stopped. */
    stopped?: number;
}
