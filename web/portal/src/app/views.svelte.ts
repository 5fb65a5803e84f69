// Several records in full, for lists that show more than a row says.

import type { RecordView } from '@satchel/core';
import { core } from './core';

/** The records of these ids, as far as they could be opened; they come one after the other. To be called while a component is set up. */
export function views(ids: () => readonly string[]): { readonly all: readonly RecordView[]; readonly loading: boolean } {
    let all = $state.raw<readonly RecordView[]>([]);
    let loading = $state(false);

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
        get loading() {
            return loading;
        },
    };
}
