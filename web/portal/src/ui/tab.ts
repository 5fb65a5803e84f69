import type { IconName } from './icons';

/** An entry of the main navigation. */
export interface Tab {
    /** Where it leads. */
    path: string;
    label: () => string;
    icon: IconName;
    /** Beginnings of other paths that belong to it. */
    also?: readonly string[];
    /** Things that want to be looked at. */
    badge?: () => number | undefined;
    /** Only at the side of wide screens; phones reach it by another tab. */
    wideOnly?: boolean;
    /** Only in the bar of phones. */
    narrowOnly?: boolean;
}

/** The tab to which a path belongs: the longest beginning wins. */
export function tabOf(tabs: readonly Tab[], path: string): Tab | undefined {
    const length = (tab: Tab) =>
        Math.max(
            ...[tab.path, ...(tab.also ?? [])].map((start) => {
                const fits = start === '/' ? path === '/' : path === start || path.startsWith(`${start}/`);
                return fits ? start.length : -1;
            }),
        );
    return tabs.filter((tab) => length(tab) >= 0).sort((a, b) => length(b) - length(a))[0];
}
