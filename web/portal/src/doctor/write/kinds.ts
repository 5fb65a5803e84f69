// Which draft belongs to which form, and how it is gone on with.

import type { DraftView } from '@satchel/core';
import { core } from '../../app/core';
import { go } from '../../app/place.svelte';
import { t } from '../text';

export function formName(kind: string): string {
    switch (kind) {
        case 'report':
            return t('writeReport');
        case 'prescription':
            return t('writePrescription');
        case 'lab_request':
            return t('writeRequest');
        case 'delegation':
            return t('writeDelegation');
        default:
            return kind;
    }
}

const PATHS: Record<string, string> = { report: 'report', prescription: 'prescription', lab_request: 'request' };

/** Drafts of forms that a practitioner finds again on the start page. */
export const isWritten = ({ kind }: DraftView): boolean => kind in PATHS || kind === 'delegation';

/** Goes on with a draft; one that is about a record corrects it. */
export async function openDraft({ id, kind, grant }: DraftView): Promise<void> {
    if (kind === 'delegation') {
        go(`/patients/${grant}/delegate`);
        return;
    }
    const kept = await core.query('draft', id);
    const corrects = kept.ok ? kept.value.request : undefined;
    go(`/patients/${grant}/write/${PATHS[kind] ?? kind}${corrects ? `?corrects=${corrects}` : ''}`);
}
