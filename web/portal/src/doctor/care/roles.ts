import { t } from './text';

/** The role that a credential vouches for. */
export function roleText(role: string): string {
    switch (role) {
        case 'practitioner':
            return t('rolePractitioner');
        case 'laboratory':
            return t('roleLaboratory');
        case 'desk':
            return t('roleDesk');
        default:
            return role;
    }
}
