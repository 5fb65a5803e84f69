import { type Word, sentence } from '../text/phrase.svelte';

/** What a failed call answers; also what the page itself can run into. */
export interface Fault {
    code: string;
    message?: string;
    params?: readonly Word[];
}

/** The sentence for the person. */
export function said(fault: Fault): string {
    return sentence(fault.code, fault.params ?? []);
}
