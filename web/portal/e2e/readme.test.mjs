// The README's tour, word for word: whatever it says in italics is what people press, choose or see, in that order and nothing left out.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { vouchByFile } from './support/cast.mjs';
import { symbols } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
const steps = readme.split('### In the browser')[1].split(/^(?=\d\. )/m).slice(1).map((step) => step.split('\n\n')[0]);
const labels = steps.map((step) => [...step.replace(/\s+/g, ' ').matchAll(/(?<!\*)\*([^*]+)\*(?!\*)/g)].map(([, label]) => label));

let relay, office, rao, lena, asha;
let passed = true;

/** Runs a numbered step; `next` gives its labels one by one, and fails when the tour does something else. */
function step(number, run) {
    test(`step ${number} of the tour`, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        const left = [...labels[number - 1]];
        const next = (label) => {
            assert.equal(left.shift(), label, `step ${number} of the README`);
            return label;
        };
        await run(next);
        assert.deepEqual(left, [], 'the README says no more than was done');
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

async function arrive(next, role, door, name) {
    const person = await Person.arrive(relay, role, name);
    await person.row(next(door)).click();
    await person.setUp();
    return person;
}

test('the README has the steps that are taken here', () => assert.equal(steps.length, 8));

step(1, async (next) => {
    office = await arrive(next, 'organization', 'Organization', 'City Hospital');
    assert.equal(office.kits.length, 2);
    await office.row(next('Say who you are')).click();
    await office.fill('Your name as an officer', 'Ada Diaz');
    await office.press(next('Sign under this name'));
    await office.see('Ada Diaz');
});

step(2, async (next) => {
    rao = await arrive(next, 'practitioner', 'Doctor or nurse', 'Dr Rao');
    assert.equal(rao.kits.length, 1);
    await rao.row(next('Have your organization vouch for you')).click();
    const request = await rao.save(() => rao.press(next('Save as file')));
    await office.tab(next('Staff'));
    await office.press(next('Vouch for somebody'));
    await office.choosing(() => office.press(next('Choose the file')), request);
    await office.page.getByRole('radio', { name: /^Doctor or nurse/ }).check();
    await office.fill('Licence number', 'MC-20417');
    await office.page.getByRole('checkbox', { name: 'I have made sure that this is Dr Rao.' }).check();
    await office.press(next('Sign the credential'));
    const credential = await office.save(() => office.press(next('Save as file')));
    await rao.choosing(() => rao.press(next('Choose the file')), credential);
    await rao.press(next('Trust City Hospital'));
});

step(3, async (next) => {
    asha = await arrive(next, 'patient', 'Patient', 'Asha Menon');
    await office.tab(next('Home'));
    const card = await office.save(() => office.press(next('Save as file')));
    await asha.tab(next('More'));
    await asha.row(next('Organizations you trust')).click();
    await asha.choosing(() => asha.press(next('Choose its card')), card);
    await asha.see('City Hospital');
    await asha.tab(next('Record'));
    await asha.press(next('Add'));
    await asha.row(next('Allergy or intolerance')).click();
    await asha.fill('Allergic to', 'Penicillin');
    await asha.press(next('Sign and save'));
    await asha.heading('Penicillin').waitFor();
});

step(4, async (next) => {
    await rao.tab(next('More'));
    await rao.row(next('Your desk')).click();
    await rao.press(next('Open the desk'));
    await rao.page.getByRole('img', { name: 'Link to your desk' }).waitFor();
    await asha.pointAt(rao);
    await asha.tab(next('Home'));
    await asha.press(next('Ask for an appointment'));
    await asha.press(next('Scan the code of the practice'));
    await asha.page.getByRole('dialog').waitFor({ state: 'hidden' });
    await asha.fill('Why do you want to come?', 'Tired for six weeks');
    await asha.press(next('Send the request'));
    await rao.tab(next('Today'));
    await rao.row('Asha Menon asks for an appointment').click();
    await rao.press(next('Choose the first three free times'));
    await rao.press(next('Offer 3 times'));
    await asha.press(/^Take /);
    const booked = new RegExp(`^${next('Booked')}`);
    for (const person of [asha, rao]) await person.see(booked);
});

step(5, async (next) => {
    await asha.tab(next('Share'));
    await asha.page.getByRole('radio', { name: new RegExp(`^${next('A doctor, for a visit')}`) }).check();
    await asha.press(next('Show the code'));
    await rao.pointAt(asha);
    await rao.tab(next('Scan'));
    await rao.press(next('Ask for access'));
    await asha.see('Somebody asks for access', 'City Hospital vouches, which you trust');
    assert.deepEqual(await symbols(asha), await symbols(rao), 'the same four symbols');
    await asha.press(next('Allow for 1 day'));
    await rao.press(next('Open the record'));
    await rao.heading('Asha Menon').waitFor();
});

step(6, async (next) => {
    await rao.row('Penicillin').click();
    await rao.see('You opened it');
    await asha.tab('Home');
    await asha.see(/Dr Rao/);
    await rao.press('Back');
    await rao.press(next('Write'));
    await rao.page.getByRole('dialog').getByRole('link', { name: next('Laboratory request') }).click();
    await rao.page.getByRole('combobox', { name: 'Test' }).fill('Blood count');
    await rao.fill('Why', 'Tired for six weeks');
    await rao.press(next('Sign and send'));
    await rao.see('Filed by the patient’s device');
});

step(7, async (next) => {
    lena = await arrive(next, 'laboratory', 'Laboratory', 'Lena Okoro');
    await vouchByFile(office, lena, 'Laboratory');
    await asha.tab(next('Share'));
    await asha.page.getByRole('radio', { name: new RegExp(`^${next('A laboratory')}`) }).check();
    await asha.press(next('Show the code'));
    await lena.pointAt(asha);
    await lena.tab(next('Scan'));
    await lena.press(next('Ask for access'));
    await asha.see(/vouches, which you trust$/);
    await asha.press(/^Allow/);
    await lena.press(next('Open the record'));
    await lena.row('Blood count').click();
    await lena.press(next('Enter the result'));
    const value = lena.page.getByRole('group', { name: 'Value 1' });
    await value.getByRole('textbox', { name: 'Value' }).fill('9.80');
    await value.getByRole('textbox', { name: 'Normal from' }).fill('12.0');
    await value.getByRole('textbox', { name: 'to', exact: true }).fill('15.5');
    await lena.press(next('Check and sign'));
    await lena.press(next('Sign and send'));
    await lena.see('Filed by the patient’s device');
});

step(8, async (next) => {
    await asha.tab(next('Record'));
    await asha.row(/Blood count.*Laboratory result/s).click();
    await asha.see('9.80', 'Below range');
    await asha.tab(next('Access'));
    await asha.row('Dr Rao').click();
    await asha.row('Penicillin').waitFor();
    await asha.press(next('Stop access'));
    await asha.page.getByRole('dialog').getByRole('button', { name: 'Stop access', exact: true }).click();
    await rao.tab('Patients');
    await rao.row('Asha Menon').click();
    await rao.see('The patient ended this access. Nothing new is shared.');
});
