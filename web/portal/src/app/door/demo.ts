// Invented people on a relay in demo mode, opened by a link that carries their words. Nothing here is for anybody real.

import type { Result } from '@satchel/core';
import { core } from '../core';

/** That of every vault of the demo (`bindings/cli/src/demo`). */
export const PASSPHRASE = 'satchel-demo';
/** Which vault of this browser a link opened before: in demo mode alone, and of nobody real. */
const KEPT = 'satchel.demo';

/** Opens the person: as a further device the first time, and from this browser afterwards. */
export async function openPerson(words: string[]): Promise<Result<unknown>> {
    const name = words.slice(0, 4).join('-');
    const known = kept()[name];
    const here = await core.profiles();
    if (known && here.ok && here.value.some((vault) => vault.id === known)) return core.open(known, PASSPHRASE);
    const joined = await core.join(words.join(' '), location.origin, PASSPHRASE, { ordinary: true });
    if (!joined.ok) return joined;
    localStorage.setItem(KEPT, JSON.stringify({ ...kept(), [name]: joined.value.id }));
    return core.sync();
}

function kept(): Record<string, string> {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '{}');
    return typeof found === 'object' && found !== null ? (found as Record<string, string>) : {};
}
