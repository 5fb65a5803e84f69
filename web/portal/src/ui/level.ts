// Words, signs and tones of levels. The level itself comes from the core; nothing is judged here.

import type { IconName } from './icons';
import { t } from './text';
import type { Tone } from './tone';

export function levelText(level: string): string {
    switch (level) {
        case 'normal':
            return t('inRange');
        case 'high':
            return t('above');
        case 'low':
            return t('below');
        case 'abnormal':
            return t('outside');
        case 'critical':
            return t('critical');
        case 'critical_low':
            return t('criticalLow');
        case 'critical_high':
            return t('criticalHigh');
        default:
            return level;
    }
}

export const isCritical = (level: string | undefined) => level?.startsWith('critical') ?? false;

export function levelTone(level: string): Tone {
    if (level === 'normal') return 'good';
    return isCritical(level) ? 'bad' : 'warn';
}

export function levelSign(level: string): IconName {
    if (level === 'normal') return 'check';
    if (level === 'high' || level === 'critical_high') return 'up';
    if (level === 'low' || level === 'critical_low') return 'below';
    return 'alert';
}
