import { type Word, sentence } from '../text/phrase.svelte';
import { t } from './text';
import { en } from './text/en';

/** What a failed call answers; also what the page itself can run into. */
export interface Fault {
    code: string;
    message?: string;
    params?: readonly Word[];
}

type Own = 'cancelled' | Extract<keyof typeof en, `portal.${string}`>;
const isOwn = (code: string): code is Own => (code === 'cancelled' || code.startsWith('portal.')) && Object.hasOwn(en, code);

/** The sentence for the person: of this page for its own faults, else of the core. */
export function said(fault: Fault): string {
    return isOwn(fault.code) ? t(fault.code) : sentence(fault.code, fault.params ?? []);
}
