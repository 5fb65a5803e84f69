// The service worker: keeps the portal's own files, so that it opens without network. It never touches the relay's interface and keeps no
// health data. `FILES` and `VERSION` are put in when the portal is built.

declare const FILES: string[];
declare const VERSION: string;

const scope = globalThis as unknown as ServiceWorkerGlobalScope;
const CACHE = `portal-${VERSION}`;

scope.addEventListener('install', (event) => {
    // Names with a hash may come from the browser's own cache; the page itself must be this version's.
    const requests = FILES.map((file) => new Request(file, { cache: file.startsWith('/assets/') ? 'default' : 'reload' }));
    event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

scope.addEventListener('activate', (event) => {
    const old = caches.keys().then((names) => names.filter((name) => name.startsWith('portal-') && name !== CACHE));
    event.waitUntil(old.then((names) => Promise.all(names.map((name) => caches.delete(name)))));
});

scope.addEventListener('message', (event) => {
    if (event.data === 'take-over') void scope.skipWaiting();
});

scope.addEventListener('fetch', (event) => {
    const { method, mode, url } = event.request;
    const { origin, pathname } = new URL(url);
    if (method !== 'GET' || origin !== scope.location.origin) return;
    const file = FILES.includes(pathname) ? pathname : mode === 'navigate' && isPage(pathname) ? '/' : undefined;
    if (file === undefined) return;
    const kept = caches.open(CACHE).then((cache) => cache.match(file));
    event.respondWith(kept.then((response) => response ?? fetch(event.request)));
});

/** Addresses that the portal routes by itself; the relay's own are left alone. */
function isPage(pathname: string): boolean {
    return !/^\/(v1\/|livez$|readyz$)/.test(pathname);
}

export {};
