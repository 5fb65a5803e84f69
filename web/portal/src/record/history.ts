// Earlier values of what was measured, for a trend. A series holds one unit: units are never converted.

import type { RecordView, ValueView } from '@satchel/core';
import { decimal } from '../text/format';
import type { TrendPoint } from '../ui/trend';

const sameCode = (a: ValueView, b: ValueView) =>
    a.codes.some((code) => b.codes.some((other) => other.code === code.code && other.system === code.system));

/** The range as short as it can be said, for a table. */
function bounds({ low, high, range_text }: ValueView): string | undefined {
    if (low !== undefined && high !== undefined) return `${decimal(low)} – ${decimal(high)}`;
    if (high !== undefined) return `≤ ${decimal(high)}`;
    return low === undefined ? range_text : `≥ ${decimal(low)}`;
}

const VOID = new Set(['entered-in-error', 'cancelled']);

/** The values of other records that belong to this one, oldest first. Corrected and withdrawn records are left out. */
export function seriesOf(value: ValueView, views: readonly RecordView[], href: (record: string) => string): TrendPoint[] {
    const points: TrendPoint[] = [];
    for (const { summary, parts } of views) {
        if (summary.superseded_by || VOID.has(summary.status ?? '')) continue;
        for (const part of parts) {
            for (const found of part.values) {
                if (!found.numeric || found.value === undefined || found.unit !== value.unit || !sameCode(found, value)) continue;
                points.push({
                    time: summary.date_time ?? summary.time,
                    value: found.value,
                    comparator: found.comparator,
                    low: found.low,
                    high: found.high,
                    range: bounds(found),
                    level: found.level,
                    record: summary.id,
                    href: href(summary.id),
                });
            }
        }
    }
    return points.sort((a, b) => a.time - b.time);
}

/** Codes by which earlier values are searched, `system|code`. */
export function codesOf(view: RecordView): string[] {
    const values = view.parts.flatMap((part) => part.values).filter((value) => value.numeric);
    const codes = values.flatMap((value) => value.codes.slice(0, 1));
    return [...new Set(codes.map((code) => (code.system ? `${code.system}|${code.code}` : code.code)))];
}
