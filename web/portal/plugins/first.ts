// What the first page needs comes in one piece: files that wait for each other cost more than what a shared piece saves.

import type { Plugin } from 'vite';

/** Gives the plugin that finds out, and whether a file belongs to it. */
export function first(): { plugin: Plugin; has: (id: string) => boolean } {
    const found = new Set<string>();
    const plugin: Plugin = {
        name: 'first',
        apply: 'build',
        buildEnd() {
            const walk = (id: string): void => {
                if (found.has(id)) return;
                found.add(id);
                this.getModuleInfo(id)?.importedIds.forEach(walk);
            };
            for (const id of this.getModuleIds()) if (this.getModuleInfo(id)?.isEntry) walk(id);
        },
    };
    return { plugin, has: (id) => found.has(id) };
}
