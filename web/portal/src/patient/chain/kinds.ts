import type { IconName } from '../../ui/icons';
import { t } from './text';

const KINDS: Record<string, { name: () => string; icon: IconName }> = {
    genesis: { name: () => t('kind_genesis'), icon: 'home' },
    device: { name: () => t('kind_device'), icon: 'device' },
    epoch: { name: () => t('kind_epoch'), icon: 'key' },
    record: { name: () => t('kind_record'), icon: 'records' },
    grant: { name: () => t('kind_grant'), icon: 'access' },
    revocation: { name: () => t('kind_revocation'), icon: 'stop' },
    receipt: { name: () => t('kind_receipt'), icon: 'receipt' },
    erasure: { name: () => t('kind_erasure'), icon: 'trash' },
    note: { name: () => t('kind_note'), icon: 'edit' },
    move: { name: () => t('kind_move'), icon: 'sent' },
    root: { name: () => t('kind_root'), icon: 'key' },
};

export const kindName = (kind: string): string => KINDS[kind]?.name() ?? kind;
export const kindIcon = (kind: string): IconName => KINDS[kind]?.icon ?? 'chain';

/** The beginning of a hash in groups that eyes can compare. */
export const short = (hash: string): string => [0, 4, 8, 12].map((at) => hash.slice(at, at + 4)).join(' ');
