// How far a laboratory request is, in words.

import type { OrderView } from '@satchel/core';
import type { Tone } from '../ui/tone';
import { t } from './text';

export function orderText(state: string): string {
    switch (state) {
        case 'requested':
            return t('orderRequested');
        case 'collected':
            return t('orderCollected');
        case 'in_progress':
            return t('orderInProgress');
        case 'filed':
            return t('orderFiled');
        case 'corrected':
            return t('orderCorrected');
        case 'rejected':
            return t('orderRejected');
        default:
            return state;
    }
}

export function orderTone(state: string): Tone {
    switch (state) {
        case 'filed':
            return 'good';
        case 'corrected':
        case 'rejected':
            return 'warn';
        case 'requested':
            return 'quiet';
        default:
            return 'info';
    }
}

/** Whether its result is there. */
export const isAnswered = ({ result }: OrderView) => result !== undefined;
