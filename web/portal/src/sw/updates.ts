// The service worker from the page's side: registered in built portals, and a newer one waits until the person says so.

import type { Updates } from '@satchel/core';
import { ownScript } from '../worker/own_script.ts';

const listeners: (() => void)[] = [];
let waiting: ServiceWorker | undefined;

function arrived(worker: ServiceWorker | null): void {
    // The first one ever replaces nothing and takes over by itself.
    if (!worker || !navigator.serviceWorker.controller) return;
    waiting = worker;
    for (const listener of listeners) listener();
}

async function register(): Promise<void> {
    const registration = await navigator.serviceWorker.register(ownScript('/sw.js') as string, {
        updateViaCache: 'none',
    });
    arrived(registration.waiting);
    registration.addEventListener('updatefound', () => {
        const fresh = registration.installing;
        fresh?.addEventListener('statechange', () => {
            if (fresh.state === 'installed') arrived(fresh);
        });
    });
    // A page that stays open for days asks now and then.
    document.addEventListener('visibilitychange', () => {
        if (!document.hidden) void registration.update().catch(() => {});
    });
}

// On plain http addresses of a network there are no service workers.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
    const start = () => void register().catch(() => {});
    if (document.readyState === 'complete') start();
    else addEventListener('load', start, { once: true });
}

export const updates: Updates = {
    waiting(listener) {
        listeners.push(listener);
        if (waiting) listener();
    },
    async take() {
        if (!waiting) return;
        // Old pages would ask for files that are gone, so this one is loaded anew.
        navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
        waiting.postMessage('take-over');
    },
};
