// The core, for the screens: `import { core } from '…/worker/start.ts'`.

import { connect, type Core } from '@satchel/core';
import { updates } from '../sw/updates.ts';
import script from './core.worker.ts?worker&url';
import { ownScript } from './own_script.ts';

export const core: Core = connect({
    spawn: () => new Worker(ownScript(script) as string, { type: 'module', name: 'core' }),
    updates,
});
