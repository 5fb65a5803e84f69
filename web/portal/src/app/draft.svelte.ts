// A form that keeps itself: what was typed is a draft in the vault, sealed like everything else, until it is signed or discarded.

import type { DraftContent, DraftView } from '@satchel/core';
import { untrack } from 'svelte';
import { act, core } from './core';

/** Between the last key and the saving. */
const PAUSE = 700;

export interface Draft<T extends object> {
    /** What the form shows and changes. */
    readonly fields: T;
    /** When the draft that was found was last saved. */
    readonly found: number | undefined;
    /** Whether the search for a draft is over; a form waits for it, so that nothing typed is overwritten. */
    readonly ready: boolean;
    /** Empties the form and forgets the draft. */
    anew(): Promise<void>;
    /** The form was signed: the draft goes. */
    done(): Promise<void>;
}

/**
 * To be called while a component is set up. `place` says whose form it is, for professionals. A form that changes something that exists
 * gives `fill`, which is taken when there is no draft. `worth` says whether somebody typed anything yet, where a form fills in more by itself.
 */
export function draft<T extends object>(
    kind: DraftContent['kind'],
    empty: T,
    place: { grant?: string; request?: string } = {},
    fill?: () => Promise<Partial<T> | undefined>,
    worth: (fields: T) => boolean = () => true,
): Draft<T> {
    const fields = $state(structuredClone(empty));
    let found = $state<number>();
    let ready = $state(false);
    let id: string | undefined;
    let start = JSON.stringify(empty);
    let over = false;
    let working: Promise<unknown> = Promise.resolve();

    void (async () => {
        const drafts = await core.query('drafts');
        const alike = drafts.ok ? drafts.value.filter((each) => each.kind === kind && each.grant === place.grant) : [];
        let mine: DraftView | undefined;
        let content: DraftContent | undefined;
        for (const each of alike) {
            const kept = await core.query('draft', each.id);
            if (kept.ok && kept.value.request === place.request) [mine, content] = [each, kept.value];
            if (content) break;
        }
        if (mine && content) {
            id = mine.id;
            found = mine.saved;
            Object.assign(fields, JSON.parse(content.json));
        } else {
            const given = await fill?.();
            if (given) Object.assign(fields, given);
        }
        start = JSON.stringify(fields);
        ready = true;
    })();

    const save = (json: string): void => {
        working = working.then(async () => {
            if (over || json === start || !(id || worth(JSON.parse(json)))) return;
            const content: DraftContent = { kind, json, ...place };
            const { done } = await act('saveDraft', id, content);
            if (done) {
                id = done.created ?? id;
                start = json;
            }
        });
    };

    $effect(() => {
        const json = JSON.stringify(fields);
        if (!ready) return;
        const timer = setTimeout(() => save(json), PAUSE);
        return () => clearTimeout(timer);
    });
    // Leaving does not lose the last words.
    $effect(() => () => untrack(() => ready && save(JSON.stringify(fields))));

    async function forget() {
        over = true;
        await working;
        if (id) await act('discardDraft', id);
        id = undefined;
    }

    return {
        get fields() {
            return fields as T;
        },
        get found() {
            return found;
        },
        get ready() {
            return ready;
        },
        async anew() {
            await forget();
            Object.assign(fields, structuredClone(empty));
            start = JSON.stringify(fields);
            found = undefined;
            over = false;
        },
        done: forget,
    };
}
