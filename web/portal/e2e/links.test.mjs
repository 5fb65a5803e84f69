// Codes that a phone's own camera opens as links: the secret leaves the address bar at once, waits through a lock or a first visit, and
// nothing is claimed without a tap.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { showCode } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, asha, doctor, link;
let passed = true;

before(async () => {
    relay = await Relay.start();
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await showCode(asha);
    link = await asha.codeText();
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
});

/** Opens a link as the camera of a phone does. */
async function follow(person, address) {
    await person.page.goto('about:blank');
    await person.page.goto(address);
}

/** Waits for what the tap would do, and sees that it was not done. */
async function waitsForTheTap(person) {
    await person.see('Nothing was sent yet.');
    assert.ok(await person.button('Ask for access').isVisible(), 'the tap is still to come');
    assert.equal(await asha.text('Somebody asks for access').count(), 0, 'nothing was claimed');
}

test('in a browser that knows nobody, the link says what it is and waits until there is a place for it', async () => {
    passed = false;
    doctor = await Person.arrive(relay, 'practitioner', 'Dr Rao', { who: 'doctor', desk: false });
    await follow(doctor, link);
    await doctor.see(/^Somebody offers you a look into their record/);
    assert.equal(new URL(doctor.page.url()).hash, '', 'the secret is out of the address bar');
    await doctor.browser.accessible('a link in an empty browser');
    await doctor.shoot('link-empty');
    await doctor.row('Doctor or nurse').click();
    await doctor.setUp();
    await waitsForTheTap(doctor);
    doctor.sound();
    passed = true;
});

test('at a locked vault the link waits, and is there once it is open', async () => {
    passed = false;
    await follow(doctor, link);
    await doctor.see('The link you opened waits. Open your record first.');
    assert.equal(new URL(doctor.page.url()).hash, '');
    await doctor.unlock();
    await waitsForTheTap(doctor);
    await doctor.press('Ask for access');
    await asha.see('Somebody asks for access');
    doctor.sound();
    passed = true;
});

test('who cannot use a link is told whom it is for', async () => {
    passed = false;
    await follow(doctor, `${relay.url}/contact#something`);
    await doctor.unlock();
    await doctor.see('By this link patients ask for an appointment. Open it where you are the patient.');
    await doctor.browser.accessible('a link for patients, opened by a doctor');
    const other = await Person.create(relay, 'patient', 'Nora Lind');
    await follow(other, link);
    await other.unlock();
    await other.see(/You are here as a patient, and a patient cannot use it/);
    await other.browser.accessible('a link for doctors, opened by a patient');
    await other.shoot('link-elsewhere');
    doctor.sound();
    other.sound();
    passed = true;
});
