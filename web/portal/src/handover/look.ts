// A file is looked at when it is taken in: what it is, and whose.

import type { Fault, HandedView } from '@satchel/core';
import { core } from '../app/core';

export interface Handed {
    bytes: Uint8Array;
    view: HandedView;
}

/** The file, if it is of the kind that is wanted here; else why not. */
export async function look(bytes: Uint8Array, kind: HandedView['kind']): Promise<{ file?: Handed; fault?: Fault }> {
    const answer = await core.query('previewFile', bytes);
    if (!answer.ok) return { fault: answer.error };
    if (answer.value.kind !== kind) return { fault: { code: 'portal.handed', message: '', params: [] } };
    return { file: { bytes, view: answer.value } };
}

/** A file as text, for the draft of the form that it was taken into. */
export const packed = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** The file of a draft. */
export const unpacked = (text: string): Uint8Array => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
