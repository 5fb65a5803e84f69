// What happens to a device, not to a record: no room, no promise to keep the data, another clock, a newer portal.

import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { closeAll } from './support/browser.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));

let relay, folder, asha;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        asha?.sound();
        passed = true;
    });
}

before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'satchel-portal-'));
    await cp(dist, folder, { recursive: true });
    relay = await Relay.start({ portal: folder });
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
    await rm(folder, { recursive: true, force: true });
});

step('a browser that promises nothing says so', async () => {
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await asha.tab('More');
    await asha.row('Settings').click();
    await asha.see('This browser may delete local data when space runs low.');
    await asha.press('Ask the browser to keep it');
    await asha.see('It does not agree for now.');
    await asha.browser.accessible('settings after a refusal');
    await asha.shoot('storage-refused');
});

step('without room nothing is half written, and what was typed stays', async () => {
    // A browser that runs does not ask at once how much room there is.
    await asha.browser.stopChromium();
    await asha.browser.start();
    await asha.browser.leaveRoom(1);
    await asha.page.goto(relay.url);
    await asha.unlock();
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row('Allergy or intolerance').click();
    await asha.fill('Allergic to', 'Penicillin');
    await asha.press('Sign and save');
    await asha.see('There is no room left in this browser. Free some space and try again.');
    await asha.browser.accessible('no room');
    await asha.shoot('no-room');
    assert.equal(await asha.field('Allergic to').inputValue(), 'Penicillin');
    await asha.browser.leaveRoom();
    await asha.press('Sign and save');
    await asha.heading('Penicillin').waitFor();
    // What storage holds is what the screen says.
    await asha.page.reload();
    await asha.unlock();
    await asha.tab('Record');
    await asha.row('Penicillin').waitFor();
    assert.equal(await asha.page.getByRole('main').getByRole('link', { name: /Penicillin/ }).count(), 1);
});

step('a newer portal waits until the person takes it', async () => {
    await asha.tab('Record');
    asha.browser.offline = true;
    await relay.kill();
    await renew(folder);
    await relay.resume();
    // Browsers look for a newer one when a page is loaded.
    await asha.page.reload();
    await asha.unlock();
    await asha.see('A newer version of Satchel is ready.');
    asha.browser.offline = false;
    assert.ok(!(await asha.page.content()).includes('name="renewed"'), 'nothing changed under the person');
    await asha.browser.accessible('an update waits');
    await asha.shoot('update');
    await asha.tab('More');
    await asha.row('Settings').click();
    await asha.press('Update now');
    await asha.unlock();
    assert.ok((await asha.page.content()).includes('name="renewed"'), 'the newer page is there');
    assert.equal(await asha.page.getByText('A newer version of Satchel is ready.').count(), 0);
});

step('a wrong clock is named, and what is sent arrives all the same', async () => {
    const late = await Person.create(relay, 'patient', 'Nora Lind', { who: 'late', ahead: 7_200 });
    await late.see("This device's clock is wrong");
    await late.browser.accessible('a wrong clock');
    await late.shoot('clock');
    await late.tab('Record');
    await late.press('Add');
    await late.row('Allergy or intolerance').click();
    await late.fill('Allergic to', 'Latex');
    await late.press('Sign and save');
    await late.heading('Latex').waitFor();
    await late.tab('More');
    await late.row('Settings').click();
    await late.press('Ask for news now');
    await late.see('Everything is sent, and all news are here.');
    late.sound();
});

step('a relay without room says so, and what waits goes on by itself once there is room', async () => {
    const narrow = await Relay.start({ settings: '[limits]\nchain_bytes = 12000\n' });
    try {
        const nora = await Person.create(narrow, 'patient', 'Nora Lind', { who: 'narrow' });
        const allergies = ['Latex', 'Penicillin', 'Peanut', 'Wasp venom', 'Egg', 'Soy', 'Ibuprofen'];
        for (const allergy of allergies) {
            await nora.tab('Record');
            await nora.press('Add');
            await nora.row('Allergy or intolerance').click();
            await nora.fill('Allergic to', allergy);
            await nora.press('Sign and save');
            await nora.heading(allergy).waitFor();
        }
        const why = 'There is no more room for this at the relay: the limit that its operator set is reached.';
        await nora.see(why);
        await nora.browser.accessible('a relay without room');
        await nora.shoot('quota');
        await nora.press('Look');
        await nora.see('It is kept here and tried again by itself', why);
        await nora.browser.accessible('what waits for room');
        await nora.shoot('quota-outbox');
        await narrow.kill();
        await narrow.set('[limits]\nchain_bytes = 1000000\n');
        await narrow.resume();
        await nora.press('Try again');
        await nora.see('Nothing waits. Everything has been sent.');
        assert.equal(await nora.page.getByText(why).count(), 0, 'the reason is gone with what waited');
        nora.browser.faults = nora.browser.faults.filter((fault) => !fault.includes('507'));
        nora.sound();
    } finally {
        await narrow.stop();
    }
});

/** The same portal as a newer version: its page says so, and its service worker is another. */
async function renew(folder) {
    const change = async (name, from, to) => {
        const path = join(folder, name);
        const text = await readFile(path, 'utf8');
        assert.match(text, from, name);
        await writeFile(path, text.replace(from, to));
    };
    await change('index.html', /<head>/, '<head><meta name="renewed">');
    await change('sw.js', /portal-/, 'portal-renewed-');
    for (const name of await readdir(folder)) {
        if (/^(index\.html|sw\.js)\.(br|gz)$/.test(name)) await rm(join(folder, name));
    }
}
