// What was typed and not sent is there again, on every form that somebody may be called away from.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

const KEPT = /^What you typed is still here/;

let relay, asha, office;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [asha, office]) person?.sound();
        passed = true;
    });
}

/** The page is loaded anew, as after a phone put it away. */
async function anew(person) {
    await person.page.reload();
    await person.unlock();
}

before(async () => {
    relay = await Relay.start();
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
});

step('a patient who was called away finds the request for an appointment on the start page', async () => {
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await asha.press('Ask for an appointment');
    await asha.fill('Why do you want to come?', 'Tired for six weeks');
    // Leaving keeps the last words too.
    await asha.tab('Home');
    await asha.see('Not finished yet');
    await anew(asha);
    await asha.browser.accessible('a start page with something unfinished');
    await asha.shoot('unfinished');
    await asha.page.getByRole('main').getByRole('button', { name: /^Ask for an appointment/ }).click();
    await asha.see(KEPT);
    assert.equal(await asha.field('Why do you want to come?').inputValue(), 'Tired for six weeks');
    await asha.browser.accessible('a draft that was found');
    await asha.press('Begin anew');
    await asha.text(KEPT).waitFor({ state: 'hidden' });
    assert.equal(await asha.field('Why do you want to come?').inputValue(), '');
    await asha.tab('Home');
    await asha.see('Next appointment');
    assert.equal(await asha.page.getByText('Not finished yet').count(), 0, 'what was given up is gone');
});

step('an officer finds the request that was taken in, and what was chosen for it', async () => {
    office = await Person.create(relay, 'organization', 'City Hospital');
    const rao = await Person.create(relay, 'practitioner', 'Dr Rao');
    await rao.row('Have your organization vouch for you').click();
    const request = await rao.save(() => rao.press('Save as file'));
    await office.tab('Staff');
    await office.press('Vouch for somebody');
    await office.choosing(() => office.press('Choose the file'), request);
    await office.see('Dr Rao');
    await rao.close();
    await office.fill('Licence number', 'MC-20417');
    await office.tab('Home');
    await office.see('Fingerprint');
    await anew(office);
    await office.tab('Staff');
    await office.press('Vouch for somebody');
    await office.see(KEPT, 'Dr Rao');
    assert.equal(await office.field('Licence number').inputValue(), 'MC-20417');
    assert.ok(!(await office.page.getByRole('checkbox', { name: 'I have made sure that this is Dr Rao.' }).isChecked()), 'that is not remembered for anybody');
    await office.browser.accessible('a request that was found again');
    await office.press('Begin anew');
    await office.text('Dr Rao').waitFor({ state: 'hidden' });
});
