// Drawing a trend with uPlot. This file is loaded when a trend is shown, and not before.

import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { decimal } from '../text/format';
import { locale } from '../text/language.svelte';

export interface TrendPoint {
    /** Unix seconds. */
    time: number;
    /** Decimal text, as signed. */
    value: string;
    comparator?: string;
    low?: string;
    high?: string;
    /** The range in words. */
    range?: string;
    level?: string;
    /** The record it stands in. */
    record: string;
    href?: string;
}

const finite = (text: string | undefined): number | null => {
    const value = text === undefined ? Number.NaN : Number(text);
    return Number.isFinite(value) ? value : null;
};

/** Draws into `target` until the given function is called. */
export function draw(target: HTMLElement, points: readonly TrendPoint[]): () => void {
    let plot: uPlot | undefined;
    const again = () => {
        plot?.destroy();
        plot = new uPlot(options(target, points), data(points), target);
    };
    again();

    const dark = matchMedia('(prefers-color-scheme: dark)');
    dark.addEventListener('change', again);
    const theme = new MutationObserver(again);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    const size = new ResizeObserver(() => plot?.setSize(sizeOf(target)));
    size.observe(target);
    return () => {
        dark.removeEventListener('change', again);
        theme.disconnect();
        size.disconnect();
        plot?.destroy();
    };
}

const sizeOf = (target: HTMLElement) => ({ width: target.clientWidth, height: target.clientHeight });

function data(points: readonly TrendPoint[]): uPlot.AlignedData {
    return [
        points.map((point) => point.time),
        points.map((point) => finite(point.high)),
        points.map((point) => finite(point.low)),
        points.map((point) => finite(point.value)),
    ];
}

function options(target: HTMLElement, points: readonly TrendPoint[]): uPlot.Options {
    // Colours are resolved by an element: a custom property itself would give `light-dark(…)` as text.
    const colour = (name: string) => {
        const probe = document.createElement('i');
        probe.style.color = `var(${name})`;
        target.append(probe);
        const resolved = getComputedStyle(probe).color;
        probe.remove();
        return resolved;
    };
    const [ink, muted, line, brand, card] = [colour('--ink'), colour('--muted'), colour('--line'), colour('--brand'), colour('--card')];
    const band = colour('--good-soft');
    const edge = colour('--good-mark');
    const marks = { good: colour('--brand'), warn: colour('--warn-mark'), bad: colour('--bad-mark') };
    const font = `13px ${getComputedStyle(document.body).fontFamily}`;
    const axis = { stroke: muted, font, grid: { stroke: line, width: 1 }, ticks: { show: false } } satisfies uPlot.Axis;
    const bound: uPlot.Series = { stroke: edge, width: 1, dash: [4, 4], points: { show: false }, spanGaps: true };

    const values = points.flatMap((point) => [finite(point.value), finite(point.low), finite(point.high)]).filter((x) => x !== null);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const room = (high - low || Math.abs(high) || 1) * 0.12;
    const times = points.map((point) => point.time);
    const [first, last] = [Math.min(...times), Math.max(...times)];
    const beside = Math.max((last - first) * 0.06, 86_400);
    const date = new Intl.DateTimeFormat(locale(), last - first > 4e7 ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' });

    return {
        ...sizeOf(target),
        cursor: { show: false },
        legend: { show: false },
        scales: { x: { range: [first - beside, last + beside] }, y: { range: [low - room, high + room] } },
        axes: [
            { ...axis, space: 72, values: (_, splits) => splits.map((split) => date.format(new Date(split * 1000))) },
            { ...axis, size: 56, values: (_, splits) => splits.map((split) => decimal(String(Number(split.toPrecision(6))))) },
        ],
        series: [
            {},
            bound,
            bound,
            { stroke: brand, width: 2.5, spanGaps: true, points: { show: false } },
        ],
        bands: [{ series: [1, 2], fill: band }],
        hooks: {
            draw: [
                (plot) => {
                    const scale = devicePixelRatio;
                    points.forEach((point) => {
                        const value = finite(point.value);
                        if (value === null) return;
                        const x = plot.valToPos(point.time, 'x', true);
                        const y = plot.valToPos(value, 'y', true);
                        const outside = point.level !== undefined && point.level !== 'normal';
                        const mark = point.level?.startsWith('critical') ? marks.bad : outside ? marks.warn : marks.good;
                        shape(plot.ctx, x, y, (outside ? 7 : 5) * scale, outside, mark, card, ink, scale);
                    });
                },
            ],
        },
    };
}

/** Round inside the range, a diamond outside. */
function shape(
    ctx: CanvasRenderingContext2D,
    x: number,
    y: number,
    radius: number,
    diamond: boolean,
    fill: string,
    ring: string,
    ink: string,
    scale: number,
): void {
    ctx.save();
    ctx.beginPath();
    if (diamond) {
        ctx.moveTo(x, y - radius);
        ctx.lineTo(x + radius, y);
        ctx.lineTo(x, y + radius);
        ctx.lineTo(x - radius, y);
        ctx.closePath();
    } else {
        ctx.arc(x, y, radius, 0, 2 * Math.PI);
    }
    ctx.fillStyle = fill;
    ctx.strokeStyle = ring;
    ctx.lineWidth = 2 * scale;
    ctx.stroke();
    ctx.fill();
    if (diamond) {
        ctx.strokeStyle = ink;
        ctx.lineWidth = scale;
        ctx.stroke();
    }
    ctx.restore();
}
