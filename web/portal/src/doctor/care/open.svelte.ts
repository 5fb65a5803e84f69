// Opening what a patient shared: fetched first, then opened, which signs a receipt; only then it can be shown.

import type { Fault, RecordSummary } from '@satchel/core';
import { act, core } from '../../app/core';
import { live } from '../../app/live.svelte';

/** Every record that a grant lists. */
export const everything = { categories: [] };

/** Fetches and opens records. What has not arrived yet stays as it is, and is opened the next time. */
export async function openRecords(grant: string, records: readonly RecordSummary[]): Promise<Fault | undefined> {
    const missing = records.filter(({ fetched }) => !fetched).map(({ id }) => id);
    if (missing.length > 0) {
        const { fault } = await act('fetchShared', grant, missing);
        if (fault) return fault;
        const synced = await core.sync();
        if (!synced.ok) return synced.error;
    }
    const listed = await core.query('sharedRecords', grant, everything);
    if (!listed.ok) return listed.error;
    const wanted = new Set(records.map(({ id }) => id));
    const here = listed.value.filter(({ id, fetched, opened }) => wanted.has(id) && fetched && opened === undefined);
    if (here.length === 0) return undefined;
    return (await act('openShared', grant, here.map(({ id }) => id))).fault;
}

/**
 * One shared record, opened by being looked at: it is fetched when it is not here, opened when it has arrived, and then shown. To be called
 * while a component is set up.
 */
export function opened(place: () => { grant: string; id: string }) {
    const list = live('sharedRecords', () => [place().grant, everything]);
    const row = $derived(list.value?.find(({ id }) => id === place().id));
    let fault = $state.raw<Fault>();
    let asked = '';

    $effect(() => {
        const { grant, id } = place();
        if (!row || row.opened !== undefined) return;
        const step = `${row.fetched ? 'open' : 'fetch'} ${id}`;
        if (asked === step) return;
        asked = step;
        void act(row.fetched ? 'openShared' : 'fetchShared', grant, [id]).then((answer) => (fault = answer.fault));
    });

    const shown = live('sharedRecord', () => (row?.opened === undefined ? undefined : [place().grant, place().id]));

    return {
        get row() {
            return row;
        },
        /** Whether the list is known and the record is not in it. */
        get absent() {
            return list.value !== undefined && row === undefined;
        },
        get value() {
            return shown.value;
        },
        get fault() {
            return fault ?? shown.fault ?? list.fault;
        },
        again() {
            asked = '';
            fault = undefined;
            list.again();
            shown.again();
        },
    };
}
