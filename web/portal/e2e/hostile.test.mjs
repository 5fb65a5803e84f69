// Text that wants to be more than text, codes of others, and a page that is loaded anew in the middle.

import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { admit, scan, showCode } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

const NAME = '<img src=x onerror=alert(1)>Asha';
const SUBSTANCE = '<script>alert(2)</script>Latex';

let relay, asha, sen;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [asha, sen]) person?.sound();
        passed = true;
    });
}

before(async () => {
    relay = await Relay.start();
    sen = await Person.create(relay, 'practitioner', 'Dr Sen');
    asha = await Person.create(relay, 'patient', NAME);
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
});

step('codes of others are refused in words, and nothing is asked for', async () => {
    for (const [text, answer] of [
        ['https://evil.example/offer?next=1', 'This is not a Satchel consent code.'],
        ['javascript:alert(3)', 'This is not a Satchel consent code.'],
        ['WIFI:T:WPA;S:clinic;P:secret;;', 'This is not a Satchel consent code.'],
        [`${relay.url}/offer#9.AAAA`, /newer version|damaged/],
    ]) {
        sen.browser.camera.show(text);
        await sen.tab('Today');
        await sen.tab('Scan');
        await sen.see(answer);
        await sen.page.getByRole('textbox', { name: 'Or paste the link' }).fill(text);
        await sen.press('Use the link');
        await sen.see(answer);
    }
    await sen.shoot('refused-code');
    await sen.browser.accessible('a refused code');
});

step('a page loaded anew in the middle goes on where it was', async () => {
    await showCode(asha, 'My family doctor');
    await sen.tab('Today');
    await scan(sen, asha);
    await sen.press('Ask for access');
    await sen.see('Do both screens show the same four symbols?');
    await asha.see('Somebody asks for access');
    for (const person of [sen, asha]) {
        await person.page.reload();
        await person.unlock();
    }
    await sen.see('Do both screens show the same four symbols?');
    await asha.see('Somebody asks for access');
    await asha.press('No, do not share');
    await sen.see('The patient said no.');
    await sen.browser.accessible('a claim that was declined');
});

step('nobody vouches: the patient is warned and picks the row of symbols', async () => {
    await admit(asha, sen, { kind: 'My family doctor', trusted: false });
});

step('names and entries that hold markup are shown as they were typed', async () => {
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row('Allergy or intolerance').click();
    await asha.fill('Allergic to', SUBSTANCE);
    await asha.press('Sign and save');
    await asha.see(SUBSTANCE);
    await sen.row(SUBSTANCE).click();
    await sen.see(SUBSTANCE);
    await sen.see(NAME);
    assert.equal(await sen.page.locator('img[src=x]').count(), 0, 'nothing of it became a picture');
    await sen.shoot('markup');
});

step('a narrative with a script is not taken in', async () => {
    const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="alert(4)">Fine</p><script>alert(5)</script></div>';
    const condition = {
        resourceType: 'Condition',
        text: { status: 'generated', div },
        code: { text: 'Harmless' },
        subject: { display: 'Asha' },
    };
    await asha.tab('More');
    await asha.row('Import').click();
    await asha.choosing(() => asha.press('Choose a file'), {
        name: 'hostile.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: condition }] })),
    });
    await asha.see('Harmless');
    await asha.shoot('narrative');
});

step('a file with a script in it is kept, and only saved: nothing in it runs', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(6)"><script>alert(7)</script><rect width="9" height="9"/></svg>';
    const pdf = '%PDF-1.7\n1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(app.alert(8))>>>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF';
    for (const [name, mimeType, content] of [
        ['scan.svg', 'image/svg+xml', svg],
        ['letter.pdf', 'application/pdf', pdf],
    ]) {
        await asha.tab('More');
        await asha.row('Import').click();
        await asha.choosing(() => asha.press('Choose a file'), { name, mimeType, buffer: Buffer.from(content) });
        await asha.see(name);
        await asha.press('Put it into your record');
        await asha.tab('Record');
        await asha.row(name).click();
        await asha.button(`Save: ${name}`).waitFor();
        assert.equal(await asha.button(`Open: ${name}`).count(), 0, `${name} is not opened here`);
        const saved = await asha.save(() => asha.press(`Save: ${name}`));
        assert.equal(readFileSync(saved, 'utf8'), content, 'what is saved is what was given');
    }
});

step('a file of a gigabyte is refused by its size', async () => {
    const path = join(asha.browser.folder, 'huge.json');
    closeSync(openSync(path, 'w'));
    truncateSync(path, 1 << 30);
    await asha.tab('More');
    await asha.row('Import').click();
    await asha.choosing(() => asha.press('Choose a file'), path);
    await asha.see('The file is larger than the limit.');
    await asha.shoot('huge');
});

step('a code that names an unknown relay says so; nothing is sent before a tap, and a tap does not end in silence', async () => {
    await showCode(asha, 'My family doctor');
    const link = await asha.codeText();
    assert.ok(link.startsWith(relay.url));
    await sen.tab('Today');
    await sen.tab('Scan');
    await sen.fill('Or paste the link', link.replace(relay.url, 'https://relay.unknown.invalid'));
    await sen.press('Use the link');
    await sen.see(/relay\.unknown\.invalid/, 'Nothing was sent yet.');
    await sen.shoot('unknown-relay');
    sen.browser.offline = true;
    await sen.press('Ask for access');
    await sen.see(/^relay\.unknown\.invalid has not answered yet/);
    sen.browser.offline = false;
});

step('a draft outlives the page', async () => {
    await sen.tab('Patients');
    await sen.row(NAME).click();
    await sen.press('Write');
    await sen.page.getByRole('dialog').getByRole('link', { name: 'Visit report' }).click();
    await sen.fill('What was found', 'Half a sentence that');
    await sen.see('Draft kept on this device');
    await sen.tab('Patients');
    await sen.page.reload();
    await sen.unlock();
    await sen.tab('Today');
    await sen.row('Unfinished: Visit report').click();
    assert.equal(await sen.field('What was found').inputValue(), 'Half a sentence that');
});
