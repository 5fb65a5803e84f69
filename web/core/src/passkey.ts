// Passkeys by WebAuthn with the PRF extension. The authenticator gives 32 bytes that wrap the vault's key once more, in the core.

import { Refused } from './fault.ts';

export interface Passkey {
    id: Uint8Array;
    name: string;
    salt: Uint8Array;
}

/** What the screens need to know before they offer one. */
export async function available(): Promise<boolean> {
    if (!('PublicKeyCredential' in globalThis) || location.hostname === '127.0.0.1') return false;
    return PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false);
}

/** Makes a passkey and its secret. Some authenticators give the secret only when they are asked again. */
export async function make(person: string): Promise<{ passkey: Passkey; secret: Uint8Array }> {
    const salt = crypto.getRandomValues(new Uint8Array(32));
    const made = await asked(() =>
        navigator.credentials.create({
            publicKey: {
                rp: { name: 'Satchel', id: location.hostname },
                user: { id: crypto.getRandomValues(new Uint8Array(16)), name: person, displayName: person },
                challenge: crypto.getRandomValues(new Uint8Array(32)),
                pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
                authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
                extensions: { prf: { eval: { first: salt } } },
            },
        }),
    );
    const { prf } = made.getClientExtensionResults();
    if (!prf?.enabled) throw new Refused('portal.passkey_unfit', 'the authenticator gives no secret (PRF)');
    const id = new Uint8Array(made.rawId);
    const passkey = { id, salt, name: `passkey-${hex(id.slice(0, 8))}` };
    const first = prf.results?.first;
    return { passkey, secret: first ? bytesOf(first) : await ask(passkey) };
}

/** Asks a passkey for its secret. */
export async function ask({ id, salt }: Passkey): Promise<Uint8Array> {
    const given = await asked(() =>
        navigator.credentials.get({
            publicKey: {
                challenge: crypto.getRandomValues(new Uint8Array(32)),
                rpId: location.hostname,
                allowCredentials: [{ type: 'public-key', id: id as Uint8Array<ArrayBuffer> }],
                userVerification: 'required',
                extensions: { prf: { eval: { first: salt as Uint8Array<ArrayBuffer> } } },
            },
        }),
    );
    const first = given.getClientExtensionResults().prf?.results?.first;
    if (!first) throw new Refused('portal.passkey_unfit', 'the authenticator gave no secret (PRF)');
    return bytesOf(first);
}

async function asked(ask: () => Promise<Credential | null>): Promise<PublicKeyCredential> {
    let given: Credential | null;
    try {
        given = await ask();
    } catch (error) {
        // Refused by the person, timed out, or no such passkey here: browsers tell them apart on purpose not at all.
        throw new Refused('portal.passkey', error instanceof Error ? error.name : 'refused');
    }
    if (!(given instanceof PublicKeyCredential)) throw new Refused('portal.passkey', 'nothing was given');
    return given;
}

function bytesOf(source: BufferSource): Uint8Array {
    return ArrayBuffer.isView(source)
        ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice()
        : new Uint8Array(source.slice(0));
}

function hex(bytes: Uint8Array): string {
    return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
