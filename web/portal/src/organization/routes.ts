// What an organization's officers see.

import type { Role, Screen } from '../app/route';
import { t } from './text';

const screens: readonly Screen[] = [
    { path: '/', load: () => import('./Home.svelte') },
    { path: '/staff', load: () => import('./Staff.svelte') },
    { path: '/staff/vouch', load: () => import('./Vouch.svelte') },
    { path: '/staff/:id', load: () => import('./Credential.svelte') },
    { path: '/officers', load: () => import('./Officers.svelte') },
    { path: '/officers/acts', load: () => import('./Acts.svelte') },
    { path: '/team', load: () => import('./Team.svelte') },
    { path: '/key', load: () => import('./Key.svelte') },
    { path: '/more', load: () => import('./More.svelte') },
    { path: '/desk', load: () => import('../doctor/care/Desk.svelte') },
    { path: '/calendar', load: () => import('../doctor/calendar/Calendar.svelte') },
    { path: '/calendar/:id', load: () => import('../doctor/calendar/Appointment.svelte') },
    { path: '/scan', load: () => import('../doctor/care/Scan.svelte') },
    { path: '/offer', load: () => import('../doctor/care/Scan.svelte') },
    { path: '/claims/:id', load: () => import('../doctor/care/Claim.svelte') },
    // An access that a patient gave to the organization is the team's.
    { path: '/patients/:grant', load: () => import('./Team.svelte') },
];

export const role: Role = {
    screens,
    tabs: [
        { path: '/', label: () => t('tabHome'), icon: 'organization' },
        { path: '/staff', label: () => t('tabStaff'), icon: 'signature' },
        { path: '/team', label: () => t('tabTeam'), icon: 'users', also: ['/patients'] },
        { path: '/scan', label: () => t('tabScan'), icon: 'scan', also: ['/claims', '/offer'] },
        { path: '/calendar', label: () => t('tabCalendar'), icon: 'calendar', wideOnly: true },
        {
            path: '/more',
            label: () => t('tabMore'),
            icon: 'more',
            also: ['/officers', '/trust', '/key', '/desk', '/settings', '/outbox', '/devices', '/kit', '/verify', '/about'],
        },
    ],
    more: ({ kind, subject }) => {
        if (kind.startsWith('show.appointment_') && subject) return `/calendar/${subject}`;
        if (kind === 'show.access_received' || kind.startsWith('show.member_')) return '/team';
        return kind === 'show.officer_added' ? '/officers' : undefined;
    },
};
