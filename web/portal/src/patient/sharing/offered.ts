// What the codes of this session offer, so that the confirmation can say it in sentences and a new code is one tap.

import type { OfferRequest } from '@satchel/core';
import { act } from '../../app/core';

/** Codes die after a quarter of an hour. */
export const LIFETIME = 900;

const requests = new Map<string, OfferRequest>();

export const requestOf = (offer: string): OfferRequest | undefined => requests.get(offer);

/** Makes a code; `id` is the offer. */
export async function make(request: OfferRequest) {
    const { done, fault } = await act('offer', request);
    if (done?.created) requests.set(done.created, request);
    return { id: done?.created, fault };
}
