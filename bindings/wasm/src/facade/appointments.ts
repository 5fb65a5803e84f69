// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A span of time. */
export interface AppointmentTime {
    /** First moment. */
    start: number;
    /** First moment after it. */
    end: number;
}

/** What a patient asks of a desk. */
export interface AppointmentRequest {
    /** The desk's contact link. */
    contact: string;
    /** Why the visit is wanted. */
    reason: string;
    /** What else the desk should know. */
    comment?: string;
    /** Times that would suit; the desk may offer others. */
    wishes: AppointmentTime[];
}

/** An appointment as this side sees it. */
export interface AppointmentView {
    /** Its id, the same on both sides. */
    id: string;
    /** `patient` or `desk`: which side this vault is on. */
    side: string;
    /** `fetching`, `asked`, `offered`, `accepted`, `booked`, `moved`, `declined`, `cancelled` or `failed`. */
    stage: string;
    /** The other side's name: as vouched for, else as it gives it. */
    name: string;
    /** The other side, once known. */
    other?: string;
    /** Who stands behind the desk: `trusted`, `unknown`, `refused` or `none`. */
    vouched: string;
    /** Name of the organization that vouches. */
    organization_name?: string;
    /** Why a credential does not hold, or why the desk could not be asked: a code. */
    problem?: string;
    /** Why the visit is wanted. */
    reason: string;
    /** What else the patient said. */
    comment?: string;
    /** Times that the patient would like. */
    wishes: AppointmentTime[];
    /** Times on offer, or the one time to move to. */
    times: AppointmentTime[];
    /** The time the patient took, until the desk has booked it. */
    chosen?: AppointmentTime;
    /** The time that is booked. */
    booked?: AppointmentTime;
    /** Why it was declined or called off, in the words of the side that did. */
    explanation?: string;
    /** What can be done now: of `offer`, `accept`, `decline`, `move`, `cancel`. */
    actions: string[];
    /** FHIR Appointment as last exchanged; empty before the desk was asked. */
    fhir: string;
    /** The patient's own record of what is booked. */
    record?: string;
    /** Last change. */
    updated: number;
}
