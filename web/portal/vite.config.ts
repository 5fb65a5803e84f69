import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { first } from './plugins/first.ts';
import { shell } from './plugins/shell.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const firstPage = first();

export default defineConfig({
    plugins: [svelte(), firstPage.plugin, shell(here('src/sw/sw.ts'))],
    resolve: {
        alias: [
            { find: '@satchel/core/worker', replacement: here('../core/src/worker.ts') },
            { find: '@satchel/core', replacement: here('../core/src/index.ts') },
        ],
    },
    // Only what lies in this folder may compile WebAssembly: the relay sends its policy by the name.
    worker: {
        format: 'es',
        rolldownOptions: {
            output: {
                entryFileNames: 'assets/worker/[name]-[hash].js',
                chunkFileNames: 'assets/worker/[name]-[hash].js',
            },
        },
    },
    build: {
        target: 'es2022',
        // No `data:` addresses and no injected script, so that the policy needs no exception.
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'first', test: firstPage.has }] } } },
    },
    server: {
        fs: { allow: [here('../..')] },
        // The portal's own relay while developing: `cargo xtask run`, then `npm run dev`.
        proxy: { '/v1': process.env.SATCHEL_RELAY ?? 'http://127.0.0.1:8470' },
    },
});
