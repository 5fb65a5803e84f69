// Light, dark, or as the device says.

const KEPT = 'satchel.theme';

export type Theme = 'auto' | 'light' | 'dark';

let chosen = $state<Theme>('auto');

export const theme = () => chosen;

export function applyTheme(): void {
    try {
        const kept = localStorage.getItem(KEPT);
        if (kept === 'light' || kept === 'dark') chosen = kept;
    } catch {
        // Without storage the device decides.
    }
    show();
}

export function setTheme(wanted: Theme): void {
    chosen = wanted;
    try {
        localStorage.setItem(KEPT, wanted);
    } catch {
        // As above.
    }
    show();
}

function show(): void {
    if (chosen === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
}
