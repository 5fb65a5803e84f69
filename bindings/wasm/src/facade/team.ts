// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A member of the team. */
export interface MemberView {
    /** The member. */
    id: string;
    /** The name vouched for. */
    name: string;
    /** The credential by which the member acts. */
    credential: string;
    /** Since when. */
    since: number;
    /** When the member was taken out. */
    removed?: number;
    /** When the member is to be taken out: the day from which the credential is suspended or has ended. */
    leaves?: number;
    /** Whether every relay has confirmed that the member's fetch keys are gone. */
    locked_out: boolean;
}

/** A grant of the team. */
export interface TeamGrantView {
    /** The grant. */
    id: string;
    /** The patient's name. */
    name: string;
    /** Members who have a fetch key, by name. */
    members: string[];
    /**
     * A member was taken out and the patient's device has not opened the next epoch yet: until then only the relay keeps the former
     * member out.
     */
    only_the_relay: boolean;
    /** When it ended. */
    ended?: number;
}
