// A patient alone: from an empty browser to a record that can be read in flight mode, and what must not happen on the way.

import assert from 'node:assert/strict';
import { closeSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { PASSPHRASE, Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, asha;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        asha.sound();
        passed = true;
    });
}

before(async () => {
    relay = await Relay.start();
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
});

const file = (name, mimeType, content) => ({ name, mimeType, buffer: Buffer.from(content) });

/** What another app exported: two entries, one of them with formatted text of its own. */
const BUNDLE = file(
    'export.json',
    'application/json',
    JSON.stringify({
        resourceType: 'Bundle',
        type: 'collection',
        entry: [
            {
                resource: {
                    resourceType: 'Condition',
                    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
                    code: { text: 'Migraine' },
                    subject: { display: 'Asha Menon' },
                    onsetDateTime: '2019-04',
                },
            },
            {
                resource: {
                    resourceType: 'Immunization',
                    status: 'completed',
                    vaccineCode: { text: 'Tetanus' },
                    patient: { display: 'Asha Menon' },
                    occurrenceDateTime: '2021-05-03',
                },
            },
        ],
    }),
);
const LETTER = file('letter.pdf', 'application/pdf', `%PDF-1.7\n${'A letter of the hospital. '.repeat(4000)}\n%%EOF`);

step('nothing is claimed while the kit is on no paper, also after a restart', async () => {
    asha = await Person.arrive(relay, 'patient', 'Asha Menon');
    await asha.browser.accessible('the first page');
    await asha.row('Patient').click();
    await asha.fill('Your name', 'Asha Menon');
    await asha.fill('Passphrase', PASSPHRASE);
    await asha.fill('The passphrase once more', PASSPHRASE);
    await asha.press('Create');
    await asha.button('I have them on paper').waitFor();
    await asha.browser.accessible('the kit');
    // The browser is gone in the middle.
    await asha.browser.stopChromium();
    await asha.browser.start();
    await asha.page.goto(relay.url);
    await asha.unlock();
    await asha.see('You are not protected yet');
});

step('two words are asked back, and a wrong one is refused', async () => {
    await asha.press('Recovery kit');
    // The words are gone with the browser that showed them: this vault is removed, and made anew.
    await asha.press('Remove and begin again');
    await asha.press('Remove the record from this browser');
    await asha.page.getByRole('dialog').getByRole('button', { name: 'Remove the record from this browser' }).click();
    await asha.row('Patient').click();
    await asha.fill('Your name', 'Asha Menon');
    await asha.fill('Passphrase', PASSPHRASE);
    await asha.fill('The passphrase once more', PASSPHRASE);
    await asha.press('Create');
    await asha.button('I have them on paper').waitFor();
    const [words] = await asha.readKits();
    await asha.press('I have them on paper');
    await asha.giveWords(words, () => 'zebra');
    await asha.see(/^That is not word number \d+/);
    await asha.giveWords(words);
    await asha.see('Begin here');
    assert.equal(await asha.page.getByText('You are not protected yet').count(), 0);
    await asha.browser.accessible('the start page');
});

step('an own entry is signed and marked as own', async () => {
    await asha.press('Add an entry');
    await asha.row('Measurement').click();
    await asha.choose('What was measured', 'Weight');
    await asha.fill('Value', '61.50');
    await asha.press('Sign and save');
    await asha.heading('Body weight').waitFor();
    await asha.tab('Record');
    await asha.row('Body weight').click();
    await asha.see('61.50');
    await asha.browser.accessible('an own entry');
});

step('a FHIR file is looked at, taken in, and known the second time; a document too', async () => {
    for (const time of [1, 2]) {
        await asha.tab('More');
        await asha.row('Import').click();
        await asha.choosing(() => asha.press('Choose a file'), BUNDLE);
        await asha.see('Migraine', 'Tetanus', /Not signed by its authors/);
        if (time === 1) {
            await asha.press('Import 2 records');
            await asha.see('Imported, not signed');
        } else {
            await asha.see('You have this record already');
            await asha.browser.accessible('a preview');
        }
    }
    await asha.press('Another file');
    await asha.choosing(() => asha.press('Choose a file'), LETTER);
    await asha.press('Put it into your record');
    await asha.tab('Record');
    await asha.row('letter.pdf').click();
    await asha.see('letter.pdf', 'Imported by you, not signed by a professional');
});

step('a large file that was chosen by mistake is stopped on its way into the store', async () => {
    const path = join(asha.browser.folder, 'film.bin');
    closeSync(openSync(path, 'w'));
    truncateSync(path, 400 << 20);
    await asha.tab('More');
    await asha.row('Import').click();
    await asha.choosing(() => asha.press('Choose a file'), path);
    await asha.press('Put it into your record');
    await asha.see('Being copied into the sealed store');
    await asha.browser.accessible('a file on its way into the store');
    await asha.shoot('copying');
    await asha.press('Cancel');
    // It is still chosen, and nothing of it is in the record.
    await asha.button('Put it into your record').waitFor();
    await asha.tab('Record');
    await asha.row('letter.pdf').waitFor();
    assert.equal(await asha.page.getByText('film.bin').count(), 0);
});

step('in flight mode, after a restart, everything is readable', async () => {
    asha.browser.offline = true;
    await relay.kill();
    await asha.browser.stopChromium();
    await asha.browser.start();
    await asha.page.goto(relay.url);
    await asha.unlock();
    await asha.tab('Record');
    await asha.row('Migraine').click();
    await asha.see('Migraine');
    await asha.see(/^Not connected/);
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row('Allergy or intolerance').click();
    await asha.fill('Allergic to', 'Latex');
    await asha.press('Sign and save');
    await asha.see('Latex');
    await relay.resume();
    await asha.page.getByText(/^Not connected/).waitFor({ state: 'hidden' });
    asha.browser.offline = false;
    await asha.tab('Access');
    await asha.see('Nobody has access to your record.');
});

step('a passkey of the device opens the record, until it is taken away', async () => {
    await asha.browser.sensor();
    await asha.tab('More');
    await asha.row('Settings').click();
    await asha.press('Use a passkey');
    await asha.see('A passkey of this device opens the record.');
    await asha.press('Lock now');
    await asha.press('Open with the passkey');
    await asha.tab('More');
    await asha.row('Settings').click();
    await asha.press('No longer use it');
    await asha.button('Use a passkey').waitFor();
    await asha.press('Lock now');
    await asha.button('Open').waitFor();
    assert.equal(await asha.button('Open with the passkey').count(), 0);
    await asha.unlock();
});

step('another tab says that the record is open elsewhere', async () => {
    const page = await asha.browser.tab();
    await page.goto(relay.url);
    await page.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    await page.getByText('It is open in another tab or window. Close it there first.').waitFor();
    await page.close();
});
