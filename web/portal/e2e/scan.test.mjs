// Codes that come by other ways than the camera: a picture that was saved, a link that is pasted; and what the screen says when the camera is
// refused or missing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { showCode } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, sen, asha;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [sen, asha]) person?.sound();
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

const REFUSED = 'The camera may not be used. Allow it in the browser’s settings for this page, or use one of the other ways.';
const MISSING = 'There is no camera here, or another program uses it.';
const picture = (name, mimeType, buffer) => ({ name, mimeType, buffer });
const png = (screenshot) => picture('Screenshot 1.png', 'image/png', screenshot);

/** The whole screen, as a phone saves it. */
const screenOf = (person, options = {}) => person.page.screenshot(options);

async function chooses(person, file) {
    await person.choosing(() => person.press('Choose a picture'), file);
}

step('a doctor whose browser refuses the camera is told what to do', async () => {
    sen = await Person.create(relay, 'practitioner', 'Dr Sen', { lens: 'refused' });
    // Without a camera and in the dark.
    asha = await Person.create(relay, 'patient', 'Asha Menon', { lens: 'missing', colorScheme: 'dark' });
    await sen.tab('Scan');
    await sen.see(REFUSED);
    await sen.browser.accessible('a scanner whose camera is refused');
    await sen.shoot('camera-refused');
    await sen.press('Use the camera');
    await sen.see(REFUSED);
});

step('pictures without a code say so, and leave the other ways open', async () => {
    for (const file of [
        png(await screenOf(sen)),
        picture('photo.jpg', 'image/jpeg', await screenOf(asha, { type: 'jpeg' })),
        picture('letter.png', 'image/png', Buffer.from('This is no picture.')),
        picture('empty.png', 'image/png', Buffer.alloc(0)),
    ]) {
        await sen.tab('Today');
        await sen.tab('Scan');
        await sen.see(REFUSED);
        await chooses(sen, file);
        await sen.see('No code was found in this picture.');
    }
    await sen.shoot('picture-none');
    await sen.browser.accessible('a picture without a code');
    assert.ok(await sen.button('Choose a picture').isEnabled());
});

step('a code is read from a saved picture of the patient’s whole screen', async () => {
    await showCode(asha, 'A doctor, for a visit');
    for (const file of [
        png(await screenOf(asha)),
        picture('sent.jpg', 'image/jpeg', await screenOf(asha, { type: 'jpeg', quality: 40 })),
    ]) {
        await chooses(sen, file);
        await sen.see('A patient’s consent code', 'Nothing was sent yet.');
        await sen.press('Scan another code');
        await sen.see('Scan a patient’s code');
    }
    await sen.shoot('picture-read');
});

step('a link is pasted, with what mail programs leave around it', async () => {
    const link = await asha.codeText();
    await sen.fill('Or paste the link', `  ${link}\t `);
    await sen.press('Use the link');
    await sen.see('A patient’s consent code');
    await sen.press('Scan another code');
    // Half of it: the end of a long line was lost.
    await sen.fill('Or paste the link', link.slice(0, -12));
    await sen.press('Use the link');
    await sen.see(/damaged/);
    await sen.shoot('link-damaged');
});

step('once the camera is allowed, the same screen takes the code', async () => {
    await sen.pointAt(asha);
    await sen.browser.giveCamera();
    await sen.press('Use the camera');
    await sen.see('Nothing was sent yet.');
    await sen.press('Ask for access');
    await sen.see('Do both screens show the same four symbols?');
    await asha.see('Somebody asks for access', 'Dr Sen');
    await asha.press('No, do not share');
    await sen.see('The patient said no.');
});

step('a patient without a camera takes the practice’s code from a picture; a consent code is not one', async () => {
    await sen.tab('More');
    await sen.row('Your desk').click();
    await sen.press('Open the desk');
    await sen.page.getByRole('img', { name: 'Link to your desk' }).waitFor();
    await asha.tab('Home');
    await asha.press('Ask for an appointment');
    await asha.press('Scan the code of the practice');
    await asha.see(MISSING);
    await asha.browser.accessible('a scanner without a camera');
    await asha.shoot('camera-missing');
    await chooses(asha, png(await screenOf(asha)));
    await asha.see('No code was found in this picture.');
    await asha.fill('Or paste the link', 'https://example.org/offer#1');
    await asha.press('Use the link');
    await asha.see('This is not the link of a practice.');
    await chooses(asha, png(await screenOf(sen)));
    await asha.page.getByRole('dialog').waitFor({ state: 'hidden' });
    const link = await asha.field('Link of the practice').inputValue();
    assert.equal(link, await sen.codeText());
    // The other way round: a doctor scans what is meant for patients.
    await sen.tab('Scan');
    await sen.fill('Or paste the link', link);
    await sen.press('Use the link');
    await sen.see('This is a contact, as for asking for an appointment. Ask the patient for a code from “Share”.');
});
