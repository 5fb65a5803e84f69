// What a laboratory sees.

import type { Role, Screen } from '../app/route';
import { caring, more } from '../doctor/care/routes';
import { t } from './text';

const screens: readonly Screen[] = [
    ...caring,
    { path: '/', load: () => import('./Inbox.svelte') },
    { path: '/requests/:grant/:id', load: () => import('./Request.svelte') },
    { path: '/patients', load: () => import('./Patients.svelte') },
    { path: '/patients/:grant', load: () => import('./Patient.svelte') },
    { path: '/patients/:grant/write/result', load: () => import('./result/Result.svelte') },
];

export const role: Role = {
    screens,
    tabs: [
        { path: '/', label: () => t('tabRequests'), icon: 'flask', also: ['/requests'] },
        { path: '/scan', label: () => t('tabScan'), icon: 'scan', also: ['/claims', '/offer'] },
        { path: '/patients', label: () => t('tabPatients'), icon: 'users' },
        { path: '/sent', label: () => t('tabSent'), icon: 'sent' },
        {
            path: '/more',
            label: () => t('tabMore'),
            icon: 'more',
            also: ['/vouching', '/trust', '/desk', '/delegations', '/deletions', '/settings', '/outbox', '/devices', '/kit', '/verify', '/about'],
        },
    ],
    more,
};
