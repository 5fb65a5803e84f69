// The verifier page from disk in a real browser without a network: the verdicts of the vectors and of the command line, hostile files,
// keyboard, screen reader, light and dark.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, openSync, closeSync, ftruncateSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const page = process.env.SATCHEL_VERIFIER ?? join(root, 'target/generated/verifier/satchel-verifier.html');
const satchel = process.env.SATCHEL_BIN ?? join(root, 'target/debug/satchel');
const shots = process.env.SATCHEL_SHOTS;
const folder = mkdtempSync(join(tmpdir(), 'satchel-verifier-'));
const vectors = JSON.parse(readFileSync(join(root, 'tests/vectors/export.json'), 'utf8'));
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
const run = promisify(execFile);

const bytes = (vector) => Buffer.from(vector.input.file, 'hex');
const trust = (vector) => (vector.input.trusted ?? []).map((one) => `organization ${one.organization} ${one.name}`).join('\n');
const named = (name) => vectors.find((vector) => vector.name === name);
const whole = named('a whole chain, ten years later');
const one = named('one result, ten years later');

let browser;
before(async () => {
    browser = await chromium.launch({ executablePath: process.env.SATCHEL_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
});
after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
});

/** The page as a person opens it from disk, with the network off; whatever it would fetch or violate is noted. */
async function open(options = {}) {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
    // The checks of a whole record take a slow machine a while.
    context.setDefaultTimeout(120_000);
    const tab = await context.newPage();
    const noted = [];
    tab.on('request', (request) => /^(file|blob|data):/.test(request.url()) || noted.push(`request ${request.url()}`));
    tab.on('pageerror', (error) => noted.push(`error ${error.message}`));
    tab.on('console', (message) => message.type() === 'error' && noted.push(`console ${message.text()}`));
    await context.setOffline(true);
    if (options.now) await tab.clock.setFixedTime(options.now * 1000);
    await tab.goto(pathToFileURL(page).href);
    return { tab, noted, close: () => context.close() };
}

let files = 0;
function file(content, name = `file-${files++}.satchel`) {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
}

/** Gives a file to the page and reads what it says: facts, or the code of a refusal. */
async function check(tab, path, trusted = '') {
    await tab.locator('#trust').evaluate((details) => (details.open = true));
    await tab.fill('#trusted', trusted);
    await tab.setInputFiles('#file', path);
    await tab.waitForSelector('#result:not([hidden])');
    const facts = await tab.$$eval('.fact', (items) =>
        items.map(({ dataset }) => ({ subject: dataset.subject, name: dataset.name, outcome: dataset.outcome, code: dataset.code || null })),
    );
    const refused = await tab.locator('#result').evaluate((result) => result.dataset.code ?? null);
    const title = await tab.textContent('#verdict-title');
    return { facts, refused, title, failing: facts.find((fact) => fact.outcome === 'fail')?.code ?? null };
}

test('the page gives the verdict of every vector, at the time the vector names', async () => {
    const { tab, noted, close } = await open();
    for (const vector of vectors) {
        await tab.clock.setFixedTime(vector.input.now * 1000);
        const said = await check(tab, file(bytes(vector)), trust(vector));
        if (vector.expect.ok) {
            const byGroup = (facts) => [...facts].sort((a, b) => (a.subject + a.name < b.subject + b.name ? -1 : 1));
            assert.deepEqual(byGroup(said.facts), byGroup(vector.expect.ok.facts), vector.name);
            assert.match(said.title, /Nothing in this file fails/);
        } else {
            const codes = said.refused ? [said.refused] : said.facts.filter((fact) => fact.outcome === 'fail').map((fact) => fact.code);
            assert.ok(codes.includes(vector.expect.code), `${vector.name}: ${codes}`);
            assert.doesNotMatch(said.title, /Nothing in this file fails/);
        }
    }
    assert.deepEqual(noted, [], 'nothing was fetched, nothing broke the policy');
    await close();
});

test('browser and command line say the same of a good, a tampered and a truncated file', async () => {
    const good = bytes(one);
    const tampered = Buffer.from(good);
    tampered[Math.floor(good.length * 0.6)] ^= 1;
    const { tab, close } = await open();
    const list = file(trust(one), 'trust.txt');
    for (const [name, content] of [['good', good], ['tampered', tampered], ['truncated', good.subarray(0, good.length - 100)]]) {
        const path = file(content, `${name}.satchel`);
        const page = await check(tab, path, trust(one));
        const said = await run(satchel, ['--json', 'verify', path, '--trust', list]).catch((error) => error);
        const answer = JSON.parse(said.stdout || said.stderr);
        if (answer.verification) {
            const facts = answer.verification.facts.map(({ subject, name, outcome, code }) => ({ subject, name, outcome, code }));
            const key = (fact) => JSON.stringify(fact);
            assert.deepEqual(page.facts.map(key).sort(), facts.map(key).sort(), name);
            assert.equal(page.facts.some((fact) => fact.outcome === 'fail'), answer.verification.failures > 0);
        } else {
            assert.equal(page.refused, answer.code ?? answer.error?.code, name);
        }
        assert.equal(/Nothing in this file fails/.test(page.title), name === 'good', `${name}: ${page.title}`);
    }
    await close();
});

test('hostile, empty, foreign and huge files get a clear answer', async () => {
    const { tab, noted, close } = await open();
    assert.equal(await tab.isVisible('#again'), false, 'nothing to check again yet');
    const huge = join(folder, 'huge.satchel');
    const handle = openSync(huge, 'w');
    ftruncateSync(handle, 300 * 1024 * 1024);
    closeSync(handle);
    const lying = Buffer.from(bytes(one));
    lying.writeUInt32BE(0xffffffff, 16);
    for (const [path, code, words] of [
        [file(''), 'export.truncated', /cut off/],
        [file('<script>alert(1)</script>'.repeat(10), '<img src=x onerror=alert(1)>.satchel'), 'export.magic', /no Satchel file/],
        [file(Buffer.alloc(1 << 20, 0x81)), 'export.magic', /no Satchel file/],
        [file(lying), 'export.too_large', /too large/],
        [huge, 'export.too_large', /too large/],
    ]) {
        const said = await check(tab, path);
        assert.deepEqual([said.refused, said.facts.length], [code, 0], path);
        assert.match(said.title, words);
        assert.equal(await tab.isVisible('#save'), false, 'there is no report to save');
    }
    assert.match((await check(tab, file(bytes(one)), 'organization nobody')).title, /list cannot be read/);
    // After all that a good file still passes.
    assert.match((await check(tab, file(bytes(one)), trust(one))).title, /Nothing/);
    assert.deepEqual(noted, []);
    await close();
});

test('an organization that the auditor does not know is no tampering, and one click checks again', async () => {
    const { tab, close } = await open({ now: one.input.now });
    const said = await check(tab, file(bytes(one)), '');
    assert.match(said.title, /you have not named who vouches/);
    assert.equal(said.failing, 'credential.untrusted');
    await tab.fill('#trusted', trust(one));
    await tab.click('#again');
    await tab.waitForFunction(() => /Nothing/.test(document.querySelector('#verdict-title').textContent));
    await close();
});

test('the page can be worked without a mouse, and a screen reader is told', async () => {
    const { tab, close } = await open({ now: one.input.now });
    // Who asks for the chooser right before the key is pressed may be told too late.
    const chosen = tab.waitForEvent('filechooser');
    // A slow machine gives a new window the keyboard a moment later.
    await tab.bringToFront();
    await tab.waitForFunction(() => document.hasFocus());
    await tab.keyboard.press('Tab');
    await tab.waitForFunction(() => document.activeElement.id === 'file');
    await tab.keyboard.press('Enter');
    await (await chosen).setFiles(file(bytes(whole)));
    await tab.waitForSelector('#result:not([hidden])');
    await tab.waitForFunction(() => document.activeElement.id === 'result');
    assert.match(await tab.textContent('#announce'), /fail/i);
    // Each fact says its outcome in words, not by colour or sign alone; signs are hidden from readers.
    for (const item of await tab.$$('.fact')) {
        assert.match(await item.textContent(), /(Pass|Fail|Not claimed): /);
        assert.equal(await item.$eval('.sign', (sign) => sign.getAttribute('aria-hidden')), 'true');
    }
    await close();
});

test('the report can be saved as text', async () => {
    const { tab, close } = await open({ now: one.input.now, acceptDownloads: true });
    await check(tab, file(bytes(one), 'result.satchel'), trust(one));
    const download = tab.waitForEvent('download');
    await tab.click('#save');
    const text = readFileSync(await (await download).path(), 'utf8');
    assert.match(text, /Nothing in this file fails/);
    assert.equal(text.match(/^ {2}(PASS|FAIL|NOT CLAIMED)/gm).length, one.expect.ok.facts.length);
    await close();
});

test('nothing can leave the page', async () => {
    const { tab, close } = await open();
    const sent = await tab.evaluate(() => fetch('https://example.invalid/').then(() => 'sent', (error) => error.name));
    assert.equal(sent, 'TypeError');
    const ran = await tab.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        return window.ran ?? false;
    });
    assert.equal(ran, false, 'a script from outside runs');
    await close();
});

for (const colorScheme of ['light', 'dark']) {
    for (const [width, height] of [[390, 844], [1280, 800]]) {
        test(`no accessibility finding, nothing wider than the screen: ${colorScheme}, ${width} pixels`, async () => {
            const { tab, close } = await open({ colorScheme, viewport: { width, height }, now: whole.input.now });
            const look = async (name) => {
                if (shots) {
                    mkdirSync(shots, { recursive: true });
                    await tab.screenshot({ path: join(shots, `${name}-${colorScheme}-${width}.png`), fullPage: true });
                }
                await tab.evaluate(axe);
                const found = await tab.evaluate(() => window.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }));
                assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target)}`), [], name);
                assert.ok(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the screen`);
            };
            await look('start');
            await check(tab, file(bytes(one), 'result.satchel'), trust(one));
            await look('good');
            const suspended = named('suspended before it was promised');
            await check(tab, file(bytes(suspended), 'everything.satchel'), trust(suspended));
            await look('bad');
            await check(tab, file(bytes(one).subarray(0, 500), 'cut.satchel'));
            await look('refused');
            await close();
        });
    }
}
