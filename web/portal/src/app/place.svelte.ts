// Where the person is: the path, the query behind it, and how to go elsewhere.

let path = $state(location.pathname);
let query = $state(location.search);
let moves = $state(0);

/** The whole link with its secret, while it waits to be used. It was in the address bar for no longer than it took to read it. */
let secret = $state.raw<string>();

export const currentPath = () => path;
export const searchParams = () => new URLSearchParams(query);

/** How often the person went elsewhere since the page was loaded; the first screen does not take the focus. */
export const moved = () => moves;

/** Takes a link's secret out of the address bar. To be called before anything else. */
export function hideFragment(): void {
    if (location.hash.length > 1) {
        secret = location.href;
        history.replaceState(history.state, '', location.pathname + location.search);
    }
}

/** The link by which the page was opened, once: whoever takes it uses it. */
export function takeLink(): string | undefined {
    const link = secret;
    secret = undefined;
    return link;
}

export const linkWaits = () => secret !== undefined;

/** Where the link that waits leads: `/offer`, `/contact`. */
export const linkPath = () => (secret === undefined ? undefined : new URL(secret).pathname);

/** Goes to a path of the portal. */
export function go(to: string, options: { replace?: boolean } = {}): void {
    const url = new URL(to, location.origin);
    if (options.replace) {
        history.replaceState({}, '', url.pathname + url.search);
    } else {
        history.replaceState({ ...history.state, top: scrollY }, '');
        history.pushState({}, '', url.pathname + url.search);
    }
    arrive(0);
}

/** Back to the screen before, or to `otherwise` when the person came from outside. */
export function back(otherwise: string): void {
    if (moves > 0) history.back();
    else go(otherwise, { replace: true });
}

function arrive(top: number): void {
    path = location.pathname;
    query = location.search;
    moves += 1;
    // The new screen is there in the next frame.
    requestAnimationFrame(() => scrollTo({ top, behavior: 'instant' }));
}

/** Listens to links and to the browser's own buttons. */
export function followLinks(): void {
    history.scrollRestoration = 'manual';
    window.addEventListener('popstate', (event: PopStateEvent) => {
        hideFragment();
        arrive(Number((event.state as { top?: number } | null)?.top ?? 0));
    });
    document.addEventListener('click', (event) => {
        if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        const link = (event.target as Element | null)?.closest?.('a[href]');
        if (!(link instanceof HTMLAnchorElement) || link.target || link.hasAttribute('download')) return;
        const to = new URL(link.href);
        if (to.origin !== location.origin || to.protocol === 'blob:' || to.hash) return;
        event.preventDefault();
        go(to.pathname + to.search);
    });
}
