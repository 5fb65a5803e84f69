// After a form was signed: a word about what happens now, and what was signed is shown.

import type { Outcome } from '@satchel/core';
import { go } from '../../app/place.svelte';
import { session } from '../../app/session.svelte';
import { toast } from '../../ui/toast.svelte';
import { t } from '../text';

export function signed(done: Outcome, files = 0): void {
    if (files > 0) toast(t('signedFiles'), 'info');
    else if (session.network.state === 'unreachable') toast(t('signedOffline'), 'warn');
    else toast(t('signedSent'));
    go(files > 0 || !done.created ? '/sent' : `/sent/${done.created}`, { replace: true });
}
