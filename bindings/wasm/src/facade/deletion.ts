// Written by `cargo xtask facade` from the façade's sources; changes belong there.

/** A request to delete that this patient made. */
export interface DeletionView {
    /** The grant. */
    grant: string;
    /** The holder's name. */
    name: string;
    /** When it was asked. */
    asked: number;
    /** `asked`, `refused` when anybody refuses, or `deleted`: whoever answered says to have deleted. That is no proof. */
    state: string;
    /** What was answered, oldest first. */
    answers: DeletionAnswerView[];
}

/** What somebody said about a request to delete. */
export interface DeletionAnswerView {
    /** The name, as vouched for or as claimed. */
    name: string;
    /** Whoever says it. */
    who: string;
    /** When, in the sender's words. */
    time: number;
    /** `deleted` or `refused`. */
    answer: string;
    /** Why not: `retention`, `treatment`, `claim` or `other`; its phrase is `deletion.<reason>`. */
    reason?: string;
    /** What else was said. */
    text?: string;
}

/** A request to delete that a patient made to this holder. */
export interface DeletionRequestView {
    /** The grant. */
    grant: string;
    /** The patient's name, as given with the grant. */
    name: string;
    /** The patient. */
    patient: string;
    /** When it was asked. */
    asked: number;
    /** `asked`, `deleted` or `refused`. */
    state: string;
    /** When it was answered. */
    answered?: number;
    /** Why it was not deleted. */
    reason?: string;
    /** What else was said. */
    text?: string;
}
