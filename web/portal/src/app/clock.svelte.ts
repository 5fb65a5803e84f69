// The time on the screen. It moves in steps, so that "5 minutes ago" and countdowns stay true without anybody asking.

import { createSubscriber } from 'svelte/reactivity';
import { now } from './core';

const ticking = (milliseconds: number) =>
    createSubscriber((update) => {
        const timer = setInterval(update, milliseconds);
        return () => clearInterval(timer);
    });

const slow = ticking(20_000);
const fast = ticking(1_000);

/** For "5 minutes ago". */
export function minute(): number {
    slow();
    return now();
}

/** For countdowns. */
export function second(): number {
    fast();
    return now();
}
