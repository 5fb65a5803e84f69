// Screens by path. Never by `#fragment`: fragments carry secrets and are taken out of the address bar at once.

import type { Component } from 'svelte';
import type { Tab } from '../ui/tab';

export interface ScreenProps {
    /** What stood for the names in the path, such as `:id`. */
    params: Readonly<Record<string, string>>;
}

export interface Screen {
    /** Such as `/records/:id`. */
    path: string;
    load: () => Promise<{ default: Component<ScreenProps> }>;
    /** What the screen is shown in, instead of the shell with its navigation. */
    bare?: boolean;
}

/** What a role brings along. Its file is loaded when a vault of that role is opened. */
export interface Role {
    screens: readonly Screen[];
    /** Entries of the main navigation; about five fit on a phone. */
    tabs: readonly Tab[];
    /** The screen that shows more about news of the core. */
    more?: (news: { kind: string; subject: string }) => string | undefined;
}

export type RoleName = 'patient' | 'practitioner' | 'laboratory' | 'organization';

/** Every role registers its screens in a file of its own. */
export const roles: Record<RoleName, () => Promise<{ role: Role }>> = {
    patient: () => import('../patient/routes'),
    practitioner: () => import('../doctor/routes'),
    laboratory: () => import('../laboratory/routes'),
    organization: () => import('../organization/routes'),
};

export const isRole = (text: string): text is RoleName => Object.hasOwn(roles, text);

export interface Match {
    screen: Screen;
    params: Readonly<Record<string, string>>;
}

/** The screen of a path: words in a path go before names. */
export function match(screens: readonly Screen[], path: string): Match | undefined {
    const parts = split(path);
    const found = screens.flatMap((screen) => {
        const params = fits(split(screen.path), parts);
        return params ? [{ screen, params }] : [];
    });
    return found.sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
}

const split = (path: string) => path.split('/').filter(Boolean);

function fits(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
    if (pattern.length !== parts.length) return undefined;
    const params: Record<string, string> = {};
    for (const [at, wanted] of pattern.entries()) {
        const given = parts[at] ?? '';
        if (wanted.startsWith(':')) params[wanted.slice(1)] = decode(given);
        else if (wanted !== given) return undefined;
    }
    return params;
}

function decode(part: string): string {
    try {
        return decodeURIComponent(part);
    } catch {
        return part;
    }
}
