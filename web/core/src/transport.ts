// How a request leaves the browser.

import type { Header, Request } from '../generated/bindings_wasm.js';

export interface Answer {
    status: number;
    headers: Header[];
    body: Uint8Array;
}

/** What the façade's `onFailure` takes. */
export type Failure = 'network' | 'timeout' | 'cancelled';

/** Most bytes of an answer that are read. */
const MAX_BODY = 64 << 20;
/** Bytes from which on a body is handed over whole. */
const LARGE = 64 << 10;
/** Longer than the longest wait for news at a relay, and than a part of a file takes on a slow line. */
const PATIENCE = 90_000;

/** Sends one request and waits for its answer. A relay answers itself or not at all: no redirects, no cookies, no cache. */
export async function send(request: Request, stop: AbortSignal): Promise<Answer | Failure> {
    try {
        const response = await fetch(request.url, {
            method: request.method,
            headers: request.headers.map(({ name, value }): [string, string] => [name, value]),
            body: bodyFor(request),
            signal: AbortSignal.any([stop, AbortSignal.timeout(PATIENCE)]),
            redirect: 'error',
            credentials: 'omit',
            cache: 'no-store',
            referrerPolicy: 'no-referrer',
        });
        return {
            status: response.status,
            headers: [...response.headers].map(([name, value]) => ({ name, value })),
            body: await bodyOf(response),
        };
    } catch (error) {
        if (stop.aborted) return 'cancelled';
        return error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'network';
    }
}

/**
 * Chromium takes bytes from a worker in small pieces, one errand each: a part of a file took ten times as long as one handed over as a
 * `Blob`. What goes out is ciphertext, so a browser that puts it on its disk meanwhile gives nothing away.
 */
function bodyFor({ body }: Request): BodyInit | null {
    const bytes = body as Uint8Array<ArrayBuffer> | undefined;
    if (!bytes) return null;
    return bytes.length > LARGE ? new Blob([bytes]) : bytes;
}

async function bodyOf(response: Response): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let length = 0;
    const reader = response.body?.getReader();
    for (;;) {
        const read = await reader?.read();
        if (!read || read.done) break;
        length += read.value.length;
        if (length > MAX_BODY) {
            await reader?.cancel();
            throw new Error('the answer is too large');
        }
        parts.push(read.value);
    }
    const body = new Uint8Array(length);
    let at = 0;
    for (const part of parts) {
        body.set(part, at);
        at += part.length;
    }
    return body;
}
