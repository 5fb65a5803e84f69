// How far something written for a patient has come, in words.

import type { Tone } from '../../ui/tone';
import { t } from './text';

export function stageText(stage: string): string {
    switch (stage) {
        case 'signed':
            return t('stageSigned');
        case 'sent':
            return t('stageSent');
        case 'delivered':
            return t('stageDelivered');
        case 'filed':
            return t('stageFiled');
        case 'declined':
            return t('stageDeclined');
        case 'failed':
            return t('stageFailed');
        case 'cancelled':
            return t('stageCancelled');
        default:
            return stage;
    }
}

export function stageTone(stage: string): Tone {
    switch (stage) {
        case 'filed':
            return 'good';
        case 'declined':
        case 'failed':
            return 'bad';
        default:
            return 'quiet';
    }
}
