import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compileModule } from 'svelte/compiler';
import ts from 'typescript';

const ALIASES = { '@satchel/core': new URL('../../../core/src/index.ts', import.meta.url).href };
const ENDINGS = ['.ts', '.svelte.ts', '/index.ts'];

export async function resolve(name, context, next) {
    if (name in ALIASES) return next(ALIASES[name], context);
    if (/^\.{1,2}\//.test(name) && context.parentURL?.endsWith('.ts')) {
        const url = new URL(name, context.parentURL);
        const found = ENDINGS.map((ending) => url.href + ending).find((href) => existsSync(fileURLToPath(href)));
        if (!existsSync(fileURLToPath(url)) || found) return next(found ?? url.href, context);
    }
    return next(name, context);
}

export async function load(url, context, next) {
    if (url.endsWith('.json')) {
        const text = await readFile(fileURLToPath(url), 'utf8');
        return { format: 'module', source: `export default ${text}`, shortCircuit: true };
    }
    if (!url.endsWith('.ts')) return next(url, context);
    const { outputText } = ts.transpileModule(await readFile(fileURLToPath(url), 'utf8'), {
        fileName: fileURLToPath(url),
        compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
    });
    const source = url.endsWith('.svelte.ts')
        ? compileModule(outputText, { filename: fileURLToPath(url), generate: 'server' }).js.code
        : outputText;
    return { format: 'module', source, shortCircuit: true };
}
