// What a build gets beside its files: the service worker with the list of them, and every file once more compressed.

import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import { build, type Plugin } from 'vite';

const compress = promisify(brotliCompress);

export function shell(worker: string): Plugin {
    let target = '';
    return {
        name: 'shell',
        apply: 'build',
        configResolved(config) {
            // Absolute: the plugin runs once for the page and once for each worker.
            target = resolve(config.root, config.build.outDir);
        },
        closeBundle: {
            order: 'post',
            sequential: true,
            async handler() {
                await writeWorker(worker, target);
                await Promise.all((await filesOf(target)).map((file) => pack(join(target, file))));
            },
        },
    };
}

async function writeWorker(worker: string, target: string): Promise<void> {
    const files = (await filesOf(target)).filter((file) => file !== 'sw.js');
    const digest = createHash('sha256');
    for (const file of files) digest.update(`${file}\0`).update(await readFile(join(target, file)));
    const listed = files.map((file) => (file === 'index.html' ? '/' : `/${file}`));
    await build({
        configFile: false,
        logLevel: 'warn',
        define: { FILES: JSON.stringify(listed), VERSION: JSON.stringify(digest.digest('hex').slice(0, 16)) },
        build: {
            target: 'es2022',
            outDir: target,
            emptyOutDir: false,
            copyPublicDir: false,
            rolldownOptions: { input: worker, output: { format: 'es', entryFileNames: 'sw.js' } },
        },
    });
}

/** What was built, sorted, without compressed forms. */
async function filesOf(folder: string): Promise<string[]> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.br'))
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1).replaceAll('\\', '/'))
        .sort();
}

async function pack(file: string): Promise<void> {
    const bytes = await readFile(file);
    const packed = await compress(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    });
    // Pictures are compressed already.
    if (packed.length < bytes.length * 0.95) await writeFile(`${file}.br`, packed);
}
