// Puts the verifier together: one page that holds everything, opens from disk, and may fetch nothing.
//   node build.mjs FOLDER_OF_THE_BINDING FILE_TO_WRITE

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const [binding, target] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');
const own = (name) => readFileSync(join(here, name), 'utf8');
const generated = (name) => readFileSync(join(binding, name));

/** A text inside a script element must not end it. */
const inside = (text) => {
    if (/<\/script|<!--/i.test(text)) throw new Error('a text would end its own script element');
    return text;
};
/** The binding as a classic script: a module worker does not start from a page on disk. */
const classic = (text) => {
    const changed = text.replace(/^export (?=class|function|async)/gm, '').replace(/^export \{[^}]*\};$/gm, '');
    if (/^(export|import)\b/m.test(changed)) throw new Error('the binding has an export or import of a new form');
    return changed;
};
const hash = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

const catalog = JSON.parse(readFileSync(join(root, 'core/clinical/catalog/en.json'), 'utf8'));
const needed = /^(fact\.(export|chain|record|receipt|grant|organization)_|error\.|role\.|purpose\.)/;
const phrases = Object.fromEntries(Object.entries(catalog).filter(([key]) => needed.test(key)));
const [, version] = /^version = "(.+)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'));

const [css, js] = [own('page.css'), inside(own('page.js'))];
const parts = {
    css,
    js,
    version,
    phrases: JSON.stringify(phrases).replaceAll('<', '\\u003c'),
    worker: inside(`${classic(generated('bindings_wasm.js').toString())}\n${own('worker.js')}`),
    module: gzipSync(generated('bindings_wasm_bg.wasm'), { level: 9 }).toString('base64'),
    // Nothing may be fetched, framed or sent; only these very scripts and styles count.
    csp: [
        "default-src 'none'",
        `script-src ${hash(js)} 'wasm-unsafe-eval'`,
        `style-src ${hash(css)}`,
        'worker-src blob:',
        'img-src data:',
        "base-uri 'none'",
        "form-action 'none'",
    ].join('; '),
};
const page = own('page.html').replace(/\{\{(\w+)\}\}/g, (whole, name) => {
    if (!(name in parts)) throw new Error(`nothing to put in place of ${whole}`);
    return parts[name];
});
mkdirSync(dirname(target), { recursive: true });
writeFileSync(target, page);
console.log(`${target}: ${Math.ceil(page.length / 1000)} KB`);
