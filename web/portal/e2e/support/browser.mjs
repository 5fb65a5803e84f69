// A person's browser: a real Chromium with a folder of its own, a camera, and a note of everything that went wrong in it.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { Camera } from './camera.mjs';

const executablePath = process.env.SATCHEL_CHROMIUM ?? '/usr/bin/chromium';
const QUIET = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Windows of several people at once: none may be slowed down because another one is in front.
    '--disable-background-timer-throttling',
    '--disable-backgrounding-occluded-windows',
    '--disable-renderer-backgrounding',
];
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const DESK = { viewport: { width: 1280, height: 800 } };
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What the browser itself says when a relay is gone: expected by the tests that take it away, and by no other. */
const NO_NETWORK = /ERR_CONNECTION_REFUSED|ERR_NAME_NOT_RESOLVED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET_NOT_CONNECTED/;

const open = new Set();

/** Closes whatever is still open but these, at the end of a test; when it failed, pictures say how the screens stood. */
export async function closeAll(passed = true, kept = new Set()) {
    for (const browser of [...open].filter((one) => !kept.has(one))) {
        if (!passed) await browser.shoot(`failed-${browser.who}`).catch(() => {});
        if (!passed && browser.faults.length > 0) console.error(`${browser.who}: ${browser.faults.join('\n')}`);
        await browser.close();
    }
}

/** Runs in the page. */
async function inspect(values) {
    const { violations } = await globalThis.axe.run(document, { runOnly: { type: 'tag', values } });
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' | ').slice(0, 400)}`);
}

/** Runs in the page: what is still arriving is half transparent, and its colours are not those that people read. */
function settled() {
    const ends = document.getAnimations().filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    return Promise.all(ends.map((one) => one.finished.catch(() => {})));
}

/** Runs in the page: how much wider the content is than the screen. */
function overhang() {
    return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}

export class Browser {
    faults = [];
    /** Set while a relay is down on purpose. */
    offline = false;

    /** Opens a browser with an empty folder; `desk` for a wide screen instead of a phone, `lens` as the camera is: given, refused or missing. */
    static async open(relay, { desk = false, locale = 'en-GB', colorScheme = 'light', who = 'somebody', ahead = 0, lens = 'given' } = {}) {
        const browser = new Browser();
        Object.assign(browser, { ahead, lens });
        browser.who = who;
        open.add(browser);
        browser.relay = relay;
        browser.folder = await mkdtemp(join(tmpdir(), 'satchel-browser-'));
        browser.camera = new Camera(join(browser.folder, 'camera.y4m'));
        browser.options = { ...(desk ? DESK : PHONE), locale, colorScheme, timezoneId: 'Europe/Berlin', acceptDownloads: true };
        await browser.start();
        return browser;
    }

    /** Starts Chromium on the same folder, as after the computer was switched off. */
    async start() {
        this.context = await chromium.launchPersistentContext(join(this.folder, 'profile'), {
            executablePath,
            args: [...QUIET, ...(this.lens === 'missing' ? [] : this.camera.flags(this.lens === 'given'))],
            // With another clock, every script comes over the wire.
            serviceWorkers: this.ahead === 0 ? 'allow' : 'block',
            ...this.options,
        });
        if (this.ahead !== 0) await this.setClock();
        if (this.lens === 'refused') await this.context.grantPermissions([]);
        // A loaded machine takes its time; a step that never happens fails all the same.
        this.context.setDefaultTimeout(30_000);
        this.page = this.context.pages()[0] ?? (await this.context.newPage());
        this.watch(this.page);
    }

    /** The clock of this device is so many seconds ahead, for its pages and for their workers. */
    async setClock() {
        const turn = `{ const { now } = Date; Date.now = () => now() + ${this.ahead * 1000}; }`;
        await this.context.addInitScript(turn); // the device
        await this.context.route('**/assets/worker/*.js', async (route) => { // the device
            const script = await route.fetch(); // the device
            await route.fulfill({ response: script, body: `${turn}\n${await script.text()}` });
        });
    }

    /** The person thinks better of it, and lets the page use the camera. */
    async giveCamera() {
        await this.context.grantPermissions(['camera']);
    }

    /** So many bytes are left for the page; without a number, as many as the disk has. */
    async leaveRoom(bytes) {
        const cdp = await this.context.newCDPSession(this.page);
        await cdp.send('Storage.overrideQuotaForOrigin', { origin: `${this.relay.url}/`, ...(bytes !== undefined && { quotaSize: bytes }) });
    }

    /** Notes every error of a tab. */
    watch(page) {
        page.on('pageerror', (error) => this.faults.push(`error: ${error.message}`));
        page.on('dialog', (dialog) => {
            // The portal never opens the browser's own boxes: a script that got in would.
            this.faults.push(`box: ${dialog.message()}`);
            void dialog.dismiss();
        });
        page.on('console', (message) => {
            const text = message.text();
            if (message.type() === 'error' && !(this.offline && NO_NETWORK.test(text))) {
                this.faults.push(`console: ${text} ${message.location().url}`);
            }
        });
    }

    async tab() {
        const page = await this.context.newPage();
        this.watch(page);
        return page;
    }

    /** The device's own sensor: it makes passkeys, and says yes when it is asked. */
    async sensor() {
        const cdp = await this.context.newCDPSession(this.page);
        await cdp.send('WebAuthn.enable');
        const options = { protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: 'internal', hasPrf: true };
        const person = { hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
        await cdp.send('WebAuthn.addVirtualAuthenticator', { options: { ...options, ...person } });
    }

    async stopChromium() {
        await this.context.close();
    }

    async close() {
        open.delete(this);
        await this.context.close().catch(() => {});
        await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
    }

    /** Nothing went wrong that nobody saw. */
    sound() {
        assert.deepEqual(this.faults, []);
    }

    /** Rules of accessibility that the screen breaks. */
    async accessible(what, page = this.page) {
        // A page that is still being drawn has no title yet.
        await page.getByRole('heading', { level: 1 }).first().waitFor();
        await page.evaluate(settled); // looks
        await page.evaluate(axe); // looks
        const found = await page.evaluate(inspect, RULES); // looks
        assert.deepEqual(found, [], `${what} breaks rules of accessibility`);
        const wide = await page.evaluate(overhang); // looks
        assert.ok(wide <= 0, `${what} is ${wide} pixels wider than the screen`);
    }

    /** A picture for people to look at, where a folder for them is named. */
    async shoot(name) {
        const folder = process.env.SATCHEL_SHOTS;
        if (folder) await this.page.screenshot({ path: join(folder, `${name}.png`) });
    }
}
