// Several records in full, for lists that show more than a row says.

import type { RecordView } from '@satchel/core';
import { core } from './core';
import type { Live } from './live.svelte';

/** The records of these ids, as far as they could be opened; they come one after the other. To be called while a component is set up. */
export function views(ids: () => readonly string[]): Live<readonly RecordView[]> & { readonly all: readonly RecordView[] } {
    let all = $state.raw<readonly RecordView[]>([]);
    let loading = $state(true);

    $effect(() => {
        const wanted = [...ids()];
        let stale = false;
        loading = true;
        void (async () => {
            const found: RecordView[] = [];
            for (const id of wanted) {
                const answer = await core.query('record', id);
                if (stale) return;
                if (answer.ok) found.push(answer.value);
            }
            all = found;
            loading = false;
        })();
        return () => {
            stale = true;
        };
    });

    return {
        get all() {
            return all;
        },
        /** All of them, and nothing before that. */
        get value() {
            return loading ? undefined : all;
        },
        fault: undefined,
        get loading() {
            return loading;
        },
        get answered() {
            return !loading;
        },
        again() {},
    };
}
