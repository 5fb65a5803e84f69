// Screens of every role.

import type { Screen } from '../route';

export const common: readonly Screen[] = [
    { path: '/settings', load: () => import('./Settings.svelte') },
    { path: '/devices', load: () => import('./Devices.svelte') },
    { path: '/kit', load: () => import('./Kit.svelte') },
    { path: '/outbox', load: () => import('./Outbox.svelte') },
    { path: '/verify', load: () => import('./Verify.svelte') },
    { path: '/trust', load: () => import('./Trust.svelte') },
    { path: '/about', load: () => import('./About.svelte') },
    { path: '/recovered', load: () => import('./Recovered.svelte') },
];
