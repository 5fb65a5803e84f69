// The timeline's headings: one for each month, in the language in use.

import type { RecordSummary } from '@satchel/core';
import { locale } from '../../text/language.svelte';

export interface Group {
    key: string;
    /** Empty for records without a date. */
    title: string;
    records: RecordSummary[];
}

export function byMonth(records: readonly RecordSummary[]): Group[] {
    const groups: Group[] = [];
    for (const record of records) {
        const { key, title } = month(record);
        const last = groups.at(-1);
        if (last?.key === key) last.records.push(record);
        else groups.push({ key, title, records: [record] });
    }
    // A list that is not sorted by date would repeat a month; Svelte wants every key once.
    return groups.map((group, at) => ({ ...group, key: `${at}:${group.key}` }));
}

function month(record: RecordSummary): { key: string; title: string } {
    const [, year, part] = /^(\d{4})(?:-(\d\d))?/.exec(record.date ?? '') ?? [];
    if (!year) return { key: '', title: '' };
    const shape: Intl.DateTimeFormatOptions = { timeZone: 'UTC', year: 'numeric', ...(part ? { month: 'long' } : {}) };
    const date = new Date(Date.UTC(Number(year), Number(part ?? 1) - 1, 15));
    return { key: `${year}-${part ?? ''}`, title: new Intl.DateTimeFormat(locale(), shape).format(date) };
}
