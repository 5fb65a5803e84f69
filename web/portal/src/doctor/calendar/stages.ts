import type { Tone } from '../../ui/tone';
import { t } from '../text';

export function stageText(stage: string): string {
    switch (stage) {
        case 'fetching':
            return t('stageFetching');
        case 'asked':
            return t('stageAsked');
        case 'offered':
            return t('stageOffered');
        case 'accepted':
            return t('stageAccepted');
        case 'booked':
            return t('stageBooked');
        case 'moved':
            return t('stageMoved');
        case 'declined':
            return t('stageDeclined');
        case 'cancelled':
            return t('stageCancelled');
        case 'failed':
            return t('stageFailed');
        default:
            return stage;
    }
}

export function stageTone(stage: string): Tone {
    switch (stage) {
        case 'booked':
            return 'good';
        case 'asked':
        case 'moved':
            return 'warn';
        case 'offered':
        case 'accepted':
            return 'info';
        default:
            return 'quiet';
    }
}

/** Whether the desk has something to answer. */
export const wantsAnswer = ({ stage, actions }: { stage: string; actions: readonly string[] }) =>
    (stage === 'asked' && actions.includes('offer')) || (stage === 'moved' && actions.includes('accept'));
