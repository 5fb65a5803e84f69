// The portal in Firefox: from an empty browser to a record that is there again after a reload, and without the relay.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import puppeteer from 'puppeteer-core';
import { PASSPHRASE } from '../e2e/support/person.mjs';
import { Relay } from '../e2e/support/relay.mjs';

const WORD = /\d+/;
const faults = [];
let relay, browser, page, words;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        assert.deepEqual(faults, []);
        passed = true;
    });
}

before(async () => {
    relay = await Relay.start();
    browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.SATCHEL_FIREFOX ?? '/usr/bin/firefox-esr', headless: true, defaultViewport: { width: 1280, height: 800 } });
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => faults.push(error.message));
});
after(async () => {
    if (!passed && process.env.SATCHEL_SHOTS) await page.screenshot({ path: `${process.env.SATCHEL_SHOTS}/failed-firefox.png` });
    await browser?.close();
    await relay?.stop();
});

const press = (name) => page.locator(`main ::-p-aria([name="${name}"])`).click();
const see = (text) => page.waitForFunction((words) => document.body.innerText.includes(words), {}, text);

async function unlock() {
    await page.locator('input[type=password]').fill(PASSPHRASE);
    await page.locator('form button[type=submit]').click();
    await page.locator('a[href="/records"]').wait();
}

step('a record is made, and its words are asked back', async () => {
    await page.goto(relay.url);
    await page.locator('a[href="/create?role=patient"]').click();
    await page.locator('form input').wait();
    const [name, ...secret] = await page.$$('form > * input:not([type=url])');
    await name.type('Asha Menon');
    for (const field of secret.slice(0, 2)) await field.type(PASSPHRASE);
    await page.locator('form button[type=submit]').click();
    await page.locator('ol[translate=no] li').wait();
    const items = await page.$$eval('ol[translate=no] li', (list) => list.map((item) => item.textContent));
    words = items.map((line) => line.replace(/[^a-z]/g, ''));
    assert.equal(words.length, 24);
    await press('I have them on paper');
    await page.locator('form label').wait();
    const labels = await page.$$eval('form label', (list) => list.map((label) => label.textContent));
    const fields = await page.$$('form input');
    for (const [at, field] of fields.entries()) await field.type(words[Number(WORD.exec(labels[at])[0]) - 1]);
    await press('Check');
    await see('Hello, Asha');
});

step('an entry is signed, and is there after a reload', async () => {
    await press('Add an entry');
    await page.locator('a[href="/add/allergy"]').click();
    await page.locator('main form input[type=text], main form input:not([type])').fill('Penicillin');
    await press('Sign and save');
    await see('Entered by you');
    await page.reload();
    await unlock();
    await page.locator('a[href="/records"]').click();
    await see('Penicillin');
});

step('every block is verified, and everything is readable without the relay', async () => {
    await page.locator('a[href="/more"]').click();
    await page.locator('a[href="/blocks"]').click();
    await press('Verify everything');
    await see('every signature, key, link and content is right');
    await relay.kill();
    await page.reload();
    await unlock();
    await page.locator('a[href="/records"]').click();
    await see('Penicillin');
});
