// A consultation from the first appointment to the end of every access, by four people in four browsers over one relay. What one test leaves
// behind the next goes on with.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { organization, trust, vouchByCamera, vouchByFile } from './support/cast.mjs';
import { admit, scan, showCode } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, office, rao, lena, asha;
let passed = true;

/** A step that the later ones build upon. */
function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [office, rao, lena, asha]) person?.sound();
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

step('an organization vouches for its staff, across the desk and by files', async () => {
    office = await organization(relay, 'City Hospital', 'Ada Diaz');
    rao = await Person.create(relay, 'practitioner', 'Dr Rao');
    await vouchByCamera(office, rao, 'Doctor or nurse');
    await rao.see('City Hospital');
    lena = await Person.create(relay, 'laboratory', 'Lena Okoro');
    await vouchByFile(office, lena, 'Laboratory');
    await office.tab('Staff');
    await office.see('Dr Rao', 'Lena Okoro');
    await office.browser.accessible('the list of staff');
});

step('a patient trusts it, and enters what a doctor must know', async () => {
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await trust(office, asha);
    await trust(office, rao);
    await asha.tab('Home');
    await asha.press('Add an entry');
    await asha.row('Allergy or intolerance').click();
    await asha.fill('Allergic to', 'Penicillin');
    await asha.press('Sign and save');
    await asha.see('Penicillin');
});

step('an appointment is asked for, offered, taken and booked', async () => {
    await rao.tab('More');
    await rao.row('Your desk').click();
    await rao.press('Open the desk');
    await rao.page.getByRole('img', { name: 'Link to your desk' }).waitFor();
    await rao.browser.accessible('the desk');
    await asha.pointAt(rao);
    await asha.tab('Home');
    await asha.press('Ask for an appointment');
    await asha.press('Scan the code of the practice');
    await asha.page.getByRole('dialog').waitFor({ state: 'hidden' });
    await asha.fill('Why do you want to come?', 'Tired for six weeks');
    await asha.press('Send the request');

    await rao.tab('Today');
    await rao.row('Asha Menon asks for an appointment').click();
    await rao.see('Tired for six weeks');
    await rao.press('Choose the first three free times');
    await rao.press('Offer 3 times');
    await rao.see('Times offered, the patient chooses');
    await rao.browser.accessible('an appointment');
    await asha.press(/^Take /);
    await asha.see('Booked');
    await rao.see('Booked for');
    await rao.tab('Calendar');
    await rao.see('Asha Menon');
    await rao.browser.accessible('the calendar');
});

step('a code is scanned by the camera, the symbols agree, and access is given', async () => {
    await admit(asha, rao);
    await rao.browser.accessible('a patient');
    await rao.see('Is this the latest?', 'Is it authentic?', 'Is it complete?');
    await rao.row('Penicillin').click();
    await rao.see('You opened it');
    await rao.see('What this is worth');
    await rao.browser.accessible('a shared record');
    await rao.shoot('record');
});

step('the patient sees by name who opened what', async () => {
    await asha.tab('Access');
    await asha.row('Dr Rao').click();
    await asha.row('Penicillin').waitFor();
    await asha.see(/^Opened/);
});

step('report, prescription and laboratory request are signed and reach the patient', async () => {
    await rao.press('Back');
    await rao.press('Write');
    await rao.row('Visit report').or(rao.page.getByRole('dialog').getByRole('link', { name: 'Visit report' })).first().click();
    await rao.fill('Why the patient came', 'Tired for six weeks');
    await rao.fill('What was found', 'Pale; pulse 96');
    await rao.fill('Judgement', 'Anaemia suspected');
    await rao.browser.accessible('the form of a report');
    await rao.press('Sign and send');
    await rao.see('Filed by the patient’s device');

    await write('Prescription');
    await rao.fill('Medicine, with its strength', 'Ferrous sulfate 200 mg');
    await rao.fill('Dose', '1');
    await rao.page.getByRole('combobox', { name: /^Unit/ }).first().fill('tablet');
    await rao.fill('Route', 'by mouth');
    await rao.fill('Times', '1');
    await rao.choose('When', 'in the morning');
    await rao.fill('For how long', '30');
    await rao.fill('Refills', '1');
    await rao.browser.accessible('the form of a prescription');
    await rao.press('Sign and send');
    await rao.see('Filed by the patient’s device');

    await write('Laboratory request');
    await rao.page.getByRole('combobox', { name: 'Test' }).fill('Blood count');
    await rao.choose('Priority', 'urgent');
    await rao.fill('Why', 'Anaemia suspected');
    await rao.browser.accessible('the form of a request');
    await rao.press('Sign and send');
    await rao.see('Filed by the patient’s device');

    await asha.tab('Record');
    for (const title of ['Consultation', 'Ferrous sulfate 200 mg', 'Blood count']) await asha.row(title).waitFor();
    await asha.row('Ferrous sulfate 200 mg').click();
    await asha.see(/City Hospital, which you trust, vouches/);
    await asha.see(/1 tablet/);
});

async function write(form) {
    await rao.tab('Patients');
    await rao.row('Asha Menon').click();
    await rao.press('Write');
    await rao.page.getByRole('dialog').getByRole('link', { name: form }).click();
}
