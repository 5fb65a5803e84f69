// Words for what a patient gave: how an access stands, and until when each right holds.

import type { AccessView, PermissionView } from '@satchel/core';
import { moment } from '../../text/format';
import type { Tone } from '../../ui/tone';
import { t } from './text';

export function stateText(state: string): string {
    switch (state) {
        case 'live':
            return t('stateLive');
        case 'over':
            return t('stateOver');
        case 'paused':
            return t('statePaused');
        case 'unreachable':
            return t('stateUnreachable');
        case 'ended':
            return t('stateEnded');
        default:
            return state;
    }
}

export function stateTone(state: string): Tone {
    if (state === 'live') return 'good';
    return state === 'paused' || state === 'unreachable' ? 'warn' : 'quiet';
}

/** Why nothing new comes; nothing while everything is as it should be. */
export function stateSentence(state: string): string | undefined {
    switch (state) {
        case 'over':
            return t('stateOverText');
        case 'paused':
            return t('statePausedText');
        case 'unreachable':
            return t('stateUnreachableText');
        case 'ended':
            return t('stateEndedText');
        default:
            return undefined;
    }
}

export function rightText({ right, until }: PermissionView): string {
    const time = until === undefined ? undefined : moment(until);
    switch (right) {
        case 'append':
            return time ? t('appendUntil', { time }) : t('appendOpen');
        case 'order':
            return time ? t('orderUntil', { time }) : t('orderOpen');
        default:
            return time ? t('readUntil', { time }) : t('readOpen');
    }
}

/** When reading ends: the earlier of the patient's term and one's own part of it. */
export function readsUntil(access: AccessView): number | undefined {
    const ends = [access.permissions.find(({ right }) => right === 'read')?.until, access.until];
    const known = ends.filter((end): end is number => end !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
}

export const has = (access: AccessView | undefined, right: string) =>
    access?.permissions.some((permission) => permission.right === right) ?? false;

export function capacityText(capacity: string): string | undefined {
    if (capacity === 'delegate') return t('capacityDelegate');
    return capacity === 'team' ? t('capacityTeam') : undefined;
}
