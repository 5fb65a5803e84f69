import type { DraftView } from '@satchel/core';
import { core } from '../../app/core';
import { go } from '../../app/place.svelte';

/** Goes on with an unfinished result: it answers a request, or corrects what was signed before. */
export async function openResultDraft({ id, grant }: DraftView): Promise<void> {
    const kept = await core.query('draft', id);
    const about = kept.ok ? kept.value.request : undefined;
    const orders = await core.query('orders');
    const answers = orders.ok && orders.value.some((order) => order.id === about);
    go(`/patients/${grant}/write/result${about ? `?${answers ? 'request' : 'corrects'}=${about}` : ''}`);
}
