// The focus does not fall out of the page: when what had it goes away, the heading of the screen takes it, so that keys and screen readers go
// on from there.

export function holdFocus(): void {
    let last: Element | undefined;
    document.addEventListener('focusin', ({ target }) => (last = target instanceof Element ? target : undefined));
    new MutationObserver(() => {
        if (!last || last.isConnected) return;
        // Behind an open dialog nothing can have it; and a screen that is still coming has no heading yet.
        const place = document.querySelector<HTMLElement>('dialog[open] h2') ?? document.querySelector<HTMLElement>('main h1');
        if (!place) return;
        last = undefined;
        if (!document.activeElement || document.activeElement === document.body) place.focus({ preventScroll: true });
    }).observe(document.body, { childList: true, subtree: true });
}
