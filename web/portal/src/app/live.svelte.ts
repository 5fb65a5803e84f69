// What a screen shows of the core: asked for when the screen opens and again whenever something changed.

import type { Fault, QueryArgs, QueryName, QueryValue } from '@satchel/core';
import { untrack } from 'svelte';
import { core } from './core';

/** Counts changes; whatever reads it is asked again. */
let revision = $state(0);

/** The last answers, so that going back to a screen shows it at once. They go when the vault is locked. */
const known = new Map<string, unknown>();

let coming: ReturnType<typeof setTimeout> | undefined;

/** Something may look different. A burst of changes is asked for once. */
export function changed(): void {
    coming ??= setTimeout(() => {
        coming = undefined;
        revision += 1;
    }, 60);
}

export function forgetAnswers(): void {
    known.clear();
}

export interface Live<T> {
    /** The newest answer; the one before it stays until then, so nothing jumps. */
    readonly value: T | undefined;
    /** Why there is none. */
    readonly fault: Fault | undefined;
    /** Whether the first answer is still to come. */
    readonly loading: boolean;
    /** Whether an answer came; it may be that there is nothing. */
    readonly answered: boolean;
    again(): void;
}

/**
 * A query that stays true while the screen is open; to be called while a component is set up. `args` may read state and may give nothing
 * while there is nothing to ask yet.
 */
export function live<M extends QueryName>(
    method: M,
    args: () => QueryArgs<M> | undefined = () => [] as unknown as QueryArgs<M>,
): Live<QueryValue<M>> {
    const name = (given: QueryArgs<M> | undefined) => (given ? `${method} ${JSON.stringify(given)}` : '');
    const before = known.get(name(untrack(args))) as QueryValue<M> | undefined;
    let value = $state.raw(before);
    let fault = $state.raw<Fault>();
    let pulled = $state(0);
    // A value belongs to what was asked: with other arguments it is not shown.
    let answered = $state.raw(before === undefined ? '' : name(untrack(args)));

    $effect(() => {
        void revision;
        void pulled;
        const given = args();
        if (!given) return;
        const asked = name(given);
        let stale = false;
        if (untrack(() => answered) !== asked) {
            value = known.get(asked) as QueryValue<M> | undefined;
            fault = undefined;
        }
        void core.query(method, ...given).then((answer) => {
            if (stale) return;
            answered = asked;
            if (answer.ok) {
                known.set(asked, answer.value);
                value = answer.value;
                fault = undefined;
            } else {
                value = undefined;
                fault = answer.error;
            }
        });
        return () => {
            stale = true;
        };
    });

    return {
        get value() {
            return value;
        },
        get fault() {
            return fault;
        },
        get loading() {
            return value === undefined && fault === undefined;
        },
        get answered() {
            const given = args();
            return fault === undefined && given !== undefined && answered === name(given);
        },
        again() {
            pulled += 1;
        },
    };
}

/** Several queries as one: there is nothing until each has answered, and the first fault is the fault of all. */
export function together(...parts: readonly Live<unknown>[]): Live<true> {
    return {
        get value() {
            return parts.every((part) => part.value !== undefined) || undefined;
        },
        get fault() {
            return parts.find((part) => part.fault !== undefined)?.fault;
        },
        get loading() {
            return this.fault === undefined && this.value === undefined;
        },
        get answered() {
            return parts.every((part) => part.answered);
        },
        again() {
            for (const part of parts) if (part.value === undefined) part.again();
        },
    };
}
