// What a first visit costs, measured on the wire in a real browser, against its limit.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { Relay } from '../e2e/support/relay.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const KILOBYTE = 1024;
/** The page with its door, as sent. */
const FIRST_PAGE = 40 * KILOBYTE;
/** The core as far as making a vault, unlocking it and the start page need it: what is wanted, and what fails. */
const CORE = 200 * KILOBYTE;
const MOST = 300 * KILOBYTE;

const kilobytes = (bytes) => `${(bytes / KILOBYTE).toFixed(1)} KB`;

test('the first page is small', async (t) => {
    const relay = await Relay.start();
    const browser = await chromium.launch({
        executablePath: process.env.SATCHEL_CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox'],
    });
    t.after(async () => {
        await browser.close();
        await relay.stop();
    });
    // The service worker fetches the other screens afterwards, out of the way.
    const context = await browser.newContext({ serviceWorkers: 'block' });
    const page = await context.newPage();
    const finished = [];
    context.on('requestfinished', (request) => finished.push(request));
    await page.goto(relay.url, { waitUntil: 'networkidle' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    let sum = 0;
    for (const request of finished) {
        const { responseBodySize } = await request.sizes();
        const name = new URL(request.url()).pathname;
        const isCore = name.startsWith('/assets/worker/') || name.endsWith('.wasm');
        t.diagnostic(`${isCore ? '(core) ' : ''}${name}: ${kilobytes(responseBodySize)}`);
        if (!isCore) sum += responseBodySize;
    }
    t.diagnostic(`first page: ${kilobytes(sum)} of ${kilobytes(FIRST_PAGE)}`);
    assert.ok(sum > 5 * KILOBYTE, 'the page was measured');
    assert.ok(sum <= FIRST_PAGE, `the first page takes ${kilobytes(sum)}, more than ${kilobytes(FIRST_PAGE)}`);
});

test('what unlocking waits for is small', (t) => {
    const size = (start, end) => {
        const name = readdirSync(`${dist}assets`).find((file) => file.startsWith(start) && file.endsWith(end));
        assert.ok(name, `${start} is packed`);
        return readFileSync(`${dist}assets/${name}`).length;
    };
    const [first, rest] = [size('first-', '.wasm.br'), size('rest-', '.wasm.br')];
    t.diagnostic(`core: ${kilobytes(first)}, aimed at ${kilobytes(CORE)}; the rest, which follows by itself: ${kilobytes(rest)}`);
    assert.ok(first > 50 * KILOBYTE && rest > 50 * KILOBYTE, 'both halves have something in them');
    assert.ok(first <= MOST, `the core takes ${kilobytes(first)}, more than ${kilobytes(MOST)}`);
});
