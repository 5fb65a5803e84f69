// Short news that need no answer: shown at the foot for a while and spoken politely.

import type { Tone } from './tone';

export interface Toast {
    id: number;
    text: string;
    tone: Tone;
    /** Where more is to be seen. */
    href?: string;
}

const LASTING = { good: 4000, info: 7000, quiet: 5000, warn: 9000, bad: 12_000 };
const AT_ONCE = 3;

let last = 0;
let shown = $state<Toast[]>([]);

export const toasts = () => shown;

export function toast(text: string, tone: Tone = 'good', href?: string): void {
    if (shown.some((other) => other.text === text)) return;
    const id = ++last;
    shown = [...shown.slice(1 - AT_ONCE), { id, text, tone, href }];
    setTimeout(() => dismiss(id), LASTING[tone]);
}

export function dismiss(id: number): void {
    shown = shown.filter((other) => other.id !== id);
}
