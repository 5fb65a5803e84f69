// How far a claim is, in words.

import { t } from './text';

const STEPS = ['fetching', 'claiming', 'waiting', 'comparing', 'confirmed'] as const;

/** Whether somebody still has something to do. */
export const isOpen = ({ stage }: { stage: string }) => stage !== 'confirmed' && stage !== 'declined' && stage !== 'failed';

export function claimText(stage: string): string {
    switch (stage) {
        case 'fetching':
            return t('claimFetching');
        case 'claiming':
            return t('claimClaiming');
        case 'waiting':
            return t('claimWaiting');
        case 'comparing':
            return t('claimComparing');
        case 'confirmed':
            return t('claimDone');
        case 'declined':
            return t('claimDeclined');
        default:
            return t('claimFailed');
    }
}

export type StepState = 'done' | 'now' | 'next';

/** The way from the code to the access, and where it stands. */
export function steps(stage: string): { name: string; state: StepState }[] {
    const at = STEPS.findIndex((step) => step === stage);
    return STEPS.map((step, place) => ({
        name: claimText(step),
        state: place < at || stage === 'confirmed' ? 'done' : place === at ? 'now' : 'next',
    }));
}
