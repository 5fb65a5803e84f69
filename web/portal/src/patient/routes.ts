// The patient's screens.

import type { Role } from '../app/route';
import { t } from './start/text';

export const role: Role = {
    screens: [
        { path: '/', load: () => import('./start/Home.svelte') },
        { path: '/more', load: () => import('./start/More.svelte') },
        { path: '/records', load: () => import('./records/Timeline.svelte') },
        { path: '/records/:id', load: () => import('./records/Record.svelte') },
        { path: '/erased', load: () => import('./records/Erased.svelte') },
        { path: '/add', load: () => import('./entry/Add.svelte') },
        { path: '/add/:kind', load: () => import('./entry/Entry.svelte') },
        { path: '/share', load: () => import('./sharing/Share.svelte') },
        { path: '/share/:id', load: () => import('./sharing/Offer.svelte') },
        { path: '/access', load: () => import('./sharing/Access.svelte') },
        { path: '/access/:id', load: () => import('./sharing/Grant.svelte') },
        { path: '/access/:id/narrow', load: () => import('./sharing/Narrow.svelte') },
        { path: '/receipts', load: () => import('./sharing/Receipts.svelte') },
        { path: '/appointments', load: () => import('./visits/Appointments.svelte') },
        { path: '/appointments/new', load: () => import('./visits/Ask.svelte') },
        { path: '/appointments/:id', load: () => import('./visits/Appointment.svelte') },
        { path: '/contact', load: () => import('./visits/Ask.svelte') },
        { path: '/medicines', load: () => import('./visits/Medicines.svelte') },
        { path: '/blocks', load: () => import('./chain/Blocks.svelte') },
        { path: '/blocks/:sequence', load: () => import('./chain/Block.svelte') },
        { path: '/import', load: () => import('./chain/Import.svelte') },
        { path: '/export', load: () => import('./chain/Export.svelte') },
        { path: '/summary', load: () => import('./paper/Summary.svelte') },
        { path: '/emergency', load: () => import('./paper/EmergencyCard.svelte') },
    ],
    tabs: [
        { path: '/', label: () => t('tabHome'), icon: 'home', also: ['/recovered'] },
        { path: '/records', label: () => t('tabRecords'), icon: 'records', also: ['/add', '/import'] },
        { path: '/share', label: () => t('tabShare'), icon: 'share' },
        { path: '/access', label: () => t('tabAccess'), icon: 'access', also: ['/receipts'] },
        { path: '/medicines', label: () => t('tabMedicines'), icon: 'pill', wideOnly: true },
        { path: '/appointments', label: () => t('tabAppointments'), icon: 'calendar', wideOnly: true },
        {
            path: '/more',
            label: () => t('tabMore'),
            icon: 'more',
            also: ['/settings', '/devices', '/kit', '/outbox', '/verify', '/about', '/blocks', '/export', '/erased', '/summary', '/emergency', '/trust', '/medicines', '/appointments', '/contact'],
        },
    ],
    more(news) {
        switch (news.kind) {
            case 'show.claimed':
            case 'show.second_claim':
                return `/share/${news.subject}`;
            case 'show.receipt':
                return '/receipts';
            case 'show.record_filed':
                return `/records/${news.subject}`;
            case 'show.corrected':
                return `/records/${news.subject}`;
            case 'show.granted':
            case 'show.grant_stopped':
                return `/access/${news.subject}`;
            default:
                return news.kind.startsWith('show.appointment_') ? `/appointments/${news.subject}` : undefined;
        }
    },
};
