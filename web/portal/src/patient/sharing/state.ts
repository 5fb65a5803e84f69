import type { IconName } from '../../ui/icons';
import type { Tone } from '../../ui/tone';
import { t } from './text';

/** A grant's state: word, tone, sign. */
export function stateTag(state: string): { text: string; tone: Tone; sign: IconName } {
    switch (state) {
        case 'live':
            return { text: t('state_live'), tone: 'good', sign: 'eye' };
        case 'paused':
            return { text: t('state_paused'), tone: 'warn', sign: 'pause' };
        case 'stopping':
            return { text: t('state_stopping'), tone: 'warn', sign: 'clock' };
        case 'over':
            return { text: t('state_over'), tone: 'quiet', sign: 'clock' };
        case 'ended':
            return { text: t('state_ended'), tone: 'quiet', sign: 'stop' };
        default:
            return { text: state, tone: 'quiet', sign: 'info' };
    }
}
