import type { IconName } from './icons';

/** How something is meant. The words say it too: colour is never the only sign. */
export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'quiet';

/** The sign of a tone; every tone has another shape. */
export const signs: Record<Tone, IconName> = {
    good: 'check',
    warn: 'alert',
    bad: 'stop',
    info: 'info',
    quiet: 'clock',
};
