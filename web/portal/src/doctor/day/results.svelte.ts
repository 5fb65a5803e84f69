// Results that came in under any access and were not opened yet.

import type { OrderView, RecordSummary } from '@satchel/core';
import { core } from '../../app/core';

export interface ResultIn {
    order: OrderView;
    record: RecordSummary;
}

/** To be called while a component is set up. `orders` is read anew after every change. */
export function resultsIn(orders: () => readonly OrderView[] | undefined): { readonly all: readonly ResultIn[] } {
    let all = $state.raw<readonly ResultIn[]>([]);

    $effect(() => {
        const answered = (orders() ?? []).filter(({ grant, result }) => grant && result);
        let stale = false;
        void gather(answered).then((found) => {
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

async function gather(orders: readonly OrderView[]): Promise<ResultIn[]> {
    const found: ResultIn[] = [];
    for (const grant of new Set(orders.map((order) => order.grant ?? ''))) {
        const listed = await core.query('sharedRecords', grant, { categories: ['laboratory'] });
        for (const order of orders.filter((each) => each.grant === grant)) {
            const record = listed.ok ? listed.value.find(({ id }) => id === order.result) : undefined;
            if (record && record.opened === undefined) found.push({ order, record });
        }
    }
    return found;
}
