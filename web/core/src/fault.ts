// Errors as values: what every call answers, and how anything thrown becomes one.

import type { Param, VaultError } from '../generated/bindings_wasm.js';
import type { Fault, Result } from './api.ts';

/** Codes of this package; each has a sentence among the portal's texts (`web/portal/src/ui/text`), which a test checks. */
export type PortalCode =
    | 'cancelled'
    | 'portal.defect'
    | 'portal.elsewhere'
    | 'portal.ended'
    | 'portal.file'
    | 'portal.locked'
    | 'portal.network'
    | 'portal.no_profile'
    | 'portal.passkey'
    | 'portal.passkey_unfit'
    | 'portal.storage'
    | 'portal.storage_full'
    | 'portal.storage_missing'
    | 'portal.unlocked';

/** A refusal on its way through this package. */
export class Refused extends Error {
    readonly fault: Fault;

    constructor(code: PortalCode, message: string, params: Param[] = []) {
        super(message);
        this.name = 'Refused';
        this.fault = { code, message, params };
    }
}

/** The module of the core trapped: nothing that it holds may be used again. */
export class Ended extends Error {
    constructor(cause: unknown) {
        super('the core stopped', { cause });
        this.name = 'Ended';
    }
}

export function ok<T>(value: T): { ok: true; value: T } {
    return { ok: true, value };
}

export function refuse(code: PortalCode, message: string): { ok: false; error: Fault } {
    return { ok: false, error: { code, message, params: [] } };
}

export function isVaultError(error: unknown): error is VaultError {
    return error instanceof Error && error.name === 'VaultError';
}

/** Anything thrown, as a value. */
export function faultOf(error: unknown): Fault {
    if (error instanceof Refused) return error.fault;
    if (isVaultError(error)) return { code: error.code, message: error.message, params: error.params };
    if (error instanceof DOMException) return ofBrowser(error);
    const code: PortalCode = error instanceof Ended ? 'portal.ended' : 'portal.defect';
    return { code, message: String(error), params: [] };
}

/** Refusals of IndexedDB. The message names no content. */
function ofBrowser(error: DOMException): Fault {
    const code: PortalCode = error.name === 'QuotaExceededError' ? 'portal.storage_full' : 'portal.storage';
    return { code, message: `${error.name}: ${error.message}`, params: [] };
}
