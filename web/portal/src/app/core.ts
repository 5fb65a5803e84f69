// The one core of this page, and the shortest way to change something with it.

import type { CommandArgs, CommandName, Fault, Outcome } from '@satchel/core';
import { core } from '../worker/start';

export { core };

/** Carries out a command; a screen shows `fault` or goes on with `done`. */
export async function act<M extends CommandName>(
    method: M,
    ...args: CommandArgs<M>
): Promise<{ done: Outcome; fault?: undefined } | { done?: undefined; fault: Fault }> {
    const answer = await core.command(method, ...args);
    return answer.ok ? { done: answer.value } : { fault: answer.error };
}

/** The time as the core counts it. */
export const now = (): number => Math.floor(Date.now() / 1000);
