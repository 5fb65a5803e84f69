// Lighthouse over the first page and a record that is open, as a phone: the median of five runs.

import { chromium } from 'playwright-core';
import lighthouse from 'lighthouse';
import { Relay } from '../e2e/support/relay.mjs';

const RUNS = 5;
const PORT = 9_333;
/** What is wanted of each category. */
const WANTED = { performance: 0.95, accessibility: 1, 'best-practices': 1 };
const PAGES = { 'first page': '/', 'verify a file': '/verify' };

const relay = await Relay.start();
let missed = false;
try {
    for (const [name, path] of Object.entries(PAGES)) {
        const runs = [];
        for (let run = 0; run < RUNS; run += 1) runs.push(await once(`${relay.url}${path}`));
        for (const [category, wanted] of Object.entries(WANTED)) {
            const score = median(runs.map(({ categories }) => categories[category].score));
            missed ||= score < wanted;
            console.log(`${name}: ${category} ${score.toFixed(2)} (wanted ${wanted.toFixed(2)})`);
        }
        const last = runs.at(-1);
        for (const id of ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift']) {
            console.log(`${name}: ${id} ${last.audits[id].displayValue}`);
        }
        for (const category of Object.keys(WANTED)) {
            for (const { id, weight } of last.categories[category].auditRefs) {
                const { score, title } = last.audits[id];
                if (weight > 0 && score !== null && score < 0.9) console.log(`${name}: ${category}: ${title} ${score}`);
            }
        }
    }
} finally {
    await relay.stop();
}
process.exitCode = missed ? 1 : 0;

async function once(url) {
    const browser = await chromium.launch({
        executablePath: process.env.SATCHEL_CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', `--remote-debugging-port=${PORT}`],
    });
    try {
        const { lhr } = await lighthouse(url, { port: PORT, onlyCategories: Object.keys(WANTED), logLevel: 'error' });
        return lhr;
    } finally {
        await browser.close();
    }
}

function median(numbers) {
    return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
