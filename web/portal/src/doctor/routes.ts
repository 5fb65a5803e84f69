// What a practitioner sees.

import type { Role, Screen } from '../app/route';
import { caring, more } from './care/routes';
import { t } from './text';

const screens: readonly Screen[] = [
    ...caring,
    { path: '/', load: () => import('./day/Day.svelte') },
    { path: '/calendar', load: () => import('./calendar/Calendar.svelte') },
    { path: '/calendar/:id', load: () => import('./calendar/Appointment.svelte') },
    { path: '/patients', load: () => import('./Patients.svelte') },
    { path: '/patients/:grant', load: () => import('./Patient.svelte') },
    { path: '/patients/:grant/write/report', load: () => import('./write/Report.svelte') },
    { path: '/patients/:grant/write/prescription', load: () => import('./write/Prescription.svelte') },
    { path: '/patients/:grant/write/request', load: () => import('./write/Request.svelte') },
    { path: '/orders', load: () => import('./Orders.svelte') },
    { path: '/orders/:grant/:id', load: () => import('./Order.svelte') },
];

export const role: Role = {
    screens,
    tabs: [
        { path: '/', label: () => t('tabToday'), icon: 'home' },
        { path: '/patients', label: () => t('tabPatients'), icon: 'users' },
        { path: '/scan', label: () => t('tabScan'), icon: 'scan', also: ['/claims', '/offer'] },
        { path: '/calendar', label: () => t('tabCalendar'), icon: 'calendar', wideOnly: true },
        { path: '/orders', label: () => t('tabOrders'), icon: 'flask', also: ['/copies'] },
        {
            path: '/more',
            label: () => t('tabMore'),
            icon: 'more',
            also: ['/sent', '/vouching', '/trust', '/desk', '/delegations', '/deletions', '/settings', '/outbox', '/devices', '/kit', '/verify', '/about'],
        },
    ],
    more: (news) => (news.kind.startsWith('show.appointment_') && news.subject ? `/calendar/${news.subject}` : more(news)),
};
