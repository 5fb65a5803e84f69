// Earlier values of the same tests under one grant, for trends: only of records that were opened before.

import type { RecordView } from '@satchel/core';
import { core } from '../../app/core';
import { codesOf } from '../../record/history';

/** Results drawn at most. */
const MOST = 40;

/** To be called while a component is set up. */
export function earlier(grant: () => string, view: () => RecordView | undefined): { readonly all: readonly RecordView[] } {
    let all = $state.raw<readonly RecordView[]>([]);

    $effect(() => {
        const [place, shown] = [grant(), view()];
        if (!shown) return;
        let stale = false;
        void gather(place, shown).then((found) => {
            if (!stale) all = found;
        });
        return () => {
            stale = true;
        };
    });

    return {
        get all() {
            return all;
        },
    };
}

async function gather(grant: string, view: RecordView): Promise<RecordView[]> {
    const ids = new Set<string>();
    for (const code of codesOf(view)) {
        const listed = await core.query('sharedRecords', grant, { categories: [], code });
        for (const record of listed.ok ? listed.value : []) {
            if (record.opened !== undefined && ids.size < MOST) ids.add(record.id);
        }
    }
    const found: RecordView[] = [];
    for (const id of ids) {
        const answer = await core.query('sharedRecord', grant, id);
        if (answer.ok) found.push(answer.value);
    }
    return found;
}
