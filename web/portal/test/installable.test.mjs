// What browsers and phones want of an app before they offer to install it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const file = (name) => readFileSync(new URL(`../dist${name}`, import.meta.url));
const manifest = JSON.parse(file('/manifest.webmanifest'));

/** Width and height as the picture itself says. */
function sizeOf(png) {
    assert.equal(png.toString('latin1', 1, 4), 'PNG');
    return `${png.readUInt32BE(16)}x${png.readUInt32BE(20)}`;
}

test('the manifest has what installing takes', () => {
    assert.deepEqual([manifest.name, manifest.display, manifest.start_url, manifest.scope], ['Satchel', 'standalone', '/', '/']);
    const pictures = manifest.icons.filter(({ type }) => type === 'image/png');
    for (const { src, sizes } of pictures) assert.equal(sizeOf(file(src)), sizes, src);
    const found = pictures.map(({ sizes, purpose }) => `${sizes} ${purpose}`);
    for (const wanted of ['192x192 any', '512x512 any', '512x512 maskable']) assert.ok(found.includes(wanted), wanted);
});

test('a phone that does not read the manifest has a picture too', () => {
    const [, src] = /rel="apple-touch-icon" href="([^"]+)"/.exec(file('/index.html')) ?? [];
    assert.equal(sizeOf(file(src ?? '')), '180x180');
});
