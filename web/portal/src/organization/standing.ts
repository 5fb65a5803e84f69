// How a credential stands, in words.

import type { StaffView } from '@satchel/core';
import type { Tone } from '../ui/tone';
import { t } from './text';

export const isExpired = (one: StaffView, now: number) => one.standing === 'active' && one.until <= now;

export function standingText(one: StaffView, now: number): string {
    if (isExpired(one, now)) return t('standingExpired');
    switch (one.standing) {
        case 'active':
            return t('standingActive');
        case 'suspended':
            return t('standingSuspended');
        case 'ended':
            return t('standingEnded');
        default:
            return one.standing;
    }
}

export function standingTone(one: StaffView, now: number): Tone {
    if (isExpired(one, now)) return 'quiet';
    if (one.standing === 'active') return 'good';
    return one.standing === 'suspended' ? 'warn' : 'quiet';
}

export function roleText(role: string): string {
    switch (role) {
        case 'practitioner':
            return t('rolePractitioner');
        case 'laboratory':
            return t('roleLaboratory');
        case 'desk':
            return t('roleDesk');
        default:
            return role;
    }
}
