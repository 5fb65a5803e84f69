import type { IconName } from '../../ui/icons';
import { t } from '../text';

export function roleName(role: string): string {
    switch (role) {
        case 'patient':
        case 'practitioner':
        case 'laboratory':
        case 'organization':
        case 'auditor':
            return t(role);
        default:
            return role;
    }
}

export function roleIcon(role: string): IconName {
    const icons: Record<string, IconName> = {
        practitioner: 'doctor',
        laboratory: 'flask',
        organization: 'organization',
        auditor: 'shield',
    };
    return icons[role] ?? 'user';
}
