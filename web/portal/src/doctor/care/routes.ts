// Screens of everybody who works under an access that a patient gave: practitioners and laboratories.

import type { Screen } from '../../app/route';

export const caring: readonly Screen[] = [
    { path: '/scan', load: () => import('./Scan.svelte') },
    // A consent code opened as a link arrives here.
    { path: '/offer', load: () => import('./Scan.svelte') },
    { path: '/claims/:id', load: () => import('./Claim.svelte') },
    { path: '/patients/:grant/records/:id', load: () => import('./SharedRecord.svelte') },
    { path: '/patients/:grant/delegate', load: () => import('./Delegate.svelte') },
    { path: '/copies/:grant/:id', load: () => import('./Copy.svelte') },
    { path: '/sent', load: () => import('./Sent.svelte') },
    { path: '/sent/:id', load: () => import('./SentRecord.svelte') },
    { path: '/vouching', load: () => import('./Vouching.svelte') },
    { path: '/desk', load: () => import('./Desk.svelte') },
    { path: '/delegations', load: () => import('./Delegations.svelte') },
    { path: '/deletions', load: () => import('./Deletions.svelte') },
    { path: '/more', load: () => import('./More.svelte') },
];

/** The screen that shows more about a piece of news. */
export function more({ kind, subject }: { kind: string; subject: string }): string | undefined {
    switch (kind) {
        case 'show.access_received':
        case 'show.access_paused':
        case 'show.access_resumed':
        case 'show.access_ended':
            return subject ? `/patients/${subject}` : '/patients';
        case 'show.submission_declined':
        case 'show.submission_failed':
            return subject ? `/sent/${subject}` : '/sent';
        case 'show.deletion_asked':
            return '/deletions';
        case 'show.credential_received':
            return '/vouching';
        default:
            return undefined;
    }
}
