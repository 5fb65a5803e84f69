import { catalogue } from '../../../text/catalogue.svelte';
import { en } from './en';

export const t = catalogue(en, {
    de: () => import('./de'),
    ar: () => import('./ar'),
    hi: () => import('./hi'),
    zh: () => import('./zh'),
});
