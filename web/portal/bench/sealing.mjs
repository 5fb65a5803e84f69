// 100 MiB hashed, sealed and addressed in a real browser, beside WebCrypto doing the same AES and SHA-256 in the same worker.

import { chromium } from 'playwright-core';
import { Relay } from '../../core/test/support/relay.mjs';

const SIZE = 100 << 20;
const ROUNDS = 5;

const relay = await Relay.start();
const browser = await chromium.launch({ executablePath: process.env.SATCHEL_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
    const ratios = [];
    for (let round = 0; round < ROUNDS; round += 1) {
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(relay.url);
        const told = await page.evaluate((size) => globalThis.sealFile(size), SIZE);
        await context.close();
        if (told.error) throw new Error(told.error);
        const ratio = told.sealed / told.webcrypto;
        ratios.push(ratio);
        const rate = (milliseconds) => `${Math.round(100_000 / milliseconds)} MiB/s`;
        console.log(
            `hashed, sealed, addressed: ${rate(told.sealed)}; WebCrypto alone: ${rate(told.webcrypto)}; ratio ${ratio.toFixed(2)} (wanted 1.30); kept: ${rate(told.kept)}; kept, sent and filed: ${rate(told.whole)}; sealed by the core alone: ${Math.round(1_000 / told.core)} MiB/s`,
        );
    }
    console.log(`median ratio ${ratios.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)].toFixed(2)}`);
} finally {
    await browser.close();
    await relay.stop();
}
