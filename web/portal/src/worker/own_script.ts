// Addresses of scripts may only be ours: the policy `satchel-url` of Trusted Types. Browsers without them get the same check.

interface ScriptPolicy {
    createScriptURL(address: string): unknown;
}
interface Policies {
    createPolicy(name: string, rules: { createScriptURL(address: string): string }): ScriptPolicy;
}

function check(address: string): string {
    const url = new URL(address, location.origin);
    const known = url.pathname === '/sw.js' || url.pathname.startsWith('/assets/') || import.meta.env.DEV;
    if (url.origin !== location.origin || !known) throw new TypeError('a script from elsewhere');
    return url.href;
}

const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
const policy: ScriptPolicy = policies?.createPolicy('satchel-url', { createScriptURL: check }) ?? { createScriptURL: check };

/** The address as `new Worker` and `register` take it. */
export function ownScript(address: string): unknown {
    return policy.createScriptURL(address);
}
