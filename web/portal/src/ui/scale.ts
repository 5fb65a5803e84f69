// Where a value and its range lie on a line: drawing only. Texts stay the laboratory's; numbers are made from them for places alone.

export interface Placed {
    /** Places in per cent of the line. */
    value: number;
    band: { from: number; to: number };
    /** Whether the band goes on beyond the line's end. */
    openLow: boolean;
    openHigh: boolean;
}

/** Places stay between these, or the marker runs over the line's ends. */
const EDGE = 4;

const number = (text: string | undefined): number | undefined => {
    const value = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : undefined;
};

/** Nothing without a number or without any range: then no line is drawn and nothing is judged. */
export function place(valueText: string | undefined, lowText?: string, highText?: string): Placed | undefined {
    const value = number(valueText);
    const low = number(lowText);
    const high = number(highText);
    if (value === undefined || (low === undefined && high === undefined)) return undefined;

    const width = low !== undefined && high !== undefined ? high - low : Math.abs(high ?? low ?? 1) || 1;
    let start = low === undefined ? Math.min(0, high ?? 0) : low === 0 ? 0 : low - width * 0.5;
    let end = high === undefined ? (low ?? 0) + width : high + width * 0.5;
    // The line always holds the value, with room beyond it.
    if (value < start) start = value - width * 0.1;
    if (value > end) end = value + width * 0.1;
    if (!(end > start)) return undefined;

    const at = (x: number) => EDGE + ((x - start) / (end - start)) * (100 - 2 * EDGE);
    return {
        value: at(value),
        band: { from: low === undefined ? 0 : at(low), to: high === undefined ? 100 : at(high) },
        openLow: low === undefined,
        openHigh: high === undefined,
    };
}
