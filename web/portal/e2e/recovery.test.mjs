// The phone is lost: the words on paper bring the record back in another browser, and what the old one could do is decided about.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { organization, trust, vouchByFile } from './support/cast.mjs';
import { admit } from './support/consent.mjs';
import { PASSPHRASE, Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, rao, sen, asha, anew;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [rao, sen, asha, anew]) person?.sound();
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

/** Types what stands on the paper, and a passphrase for this browser. */
async function typeKit(person, words) {
    await person.fill('The 24 words, in their order', words.join(' '));
    await person.fill('Passphrase', PASSPHRASE);
    await person.fill('The passphrase once more', PASSPHRASE);
    await person.press('Bring the record back');
}

step('a record that two doctors may read', async () => {
    const office = await organization(relay, 'City Hospital', 'Ada Diaz');
    rao = await Person.create(relay, 'practitioner', 'Dr Rao');
    await vouchByFile(office, rao, 'Doctor or nurse');
    sen = await Person.create(relay, 'practitioner', 'Dr Sen');
    await vouchByFile(office, sen, 'Doctor or nurse');
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await trust(office, asha);
    await office.close();
    for (const [form, label, what] of [['Allergy or intolerance', 'Allergic to', 'Penicillin'], ['Illness or problem', 'What it is', 'Migraine']]) {
        await asha.tab('Record');
        await asha.press('Add');
        await asha.row(form).click();
        await asha.fill(label, what);
        await asha.press('Sign and save');
        await asha.heading(what).waitFor();
    }
    await admit(asha, rao, { kind: 'My family doctor' });
    await admit(asha, sen, { kind: 'My family doctor' });
});

step('words that are no kit, and words of another order, are refused in words', async () => {
    anew = await Person.arrive(relay, 'patient', 'Asha Menon', { who: 'anew' });
    await anew.row('I have a recovery kit').click();
    await anew.see('Type the words only here. Satchel never asks for them by mail, phone or chat.');
    const [words] = asha.kits;
    await typeKit(anew, words.slice(0, 23));
    await anew.see('23 of 24 words');
    await typeKit(anew, [...words.slice(1), words[0]]);
    await anew.see('That did not work');
    await anew.browser.accessible('words that are no kit');
    await anew.shoot('kit-refused');
});

step('the words bring the record back, and it is called recovered once it was opened', async () => {
    await typeKit(anew, asha.kits[0]);
    await anew.heading('Recovered').waitFor();
    await anew.see('Oldest record', 'Newest record', /Penicillin/, /Migraine/);
    await anew.browser.accessible('recovered');
    await anew.shoot('recovered');
    await anew.press('Go on');
    await anew.heading('After the recovery').waitFor();
    await anew.see('Remove the lost device', 'Who may still see your record?', 'Dr Rao', 'Dr Sen');
    await anew.browser.accessible('after the recovery');
    await anew.shoot('after-recovery');
});

step('each access is decided about: one is kept, one is stopped', async () => {
    await anew.press('Keep: Dr Rao');
    await anew.text('Dr Rao').waitFor({ state: 'hidden' });
    await anew.press('Stop: Dr Sen');
    await anew.see('Stop the access of Dr Sen for good?', 'It cannot be undone. To share again, show a new code.');
    await anew.page.getByRole('dialog').getByRole('button', { name: 'Stop access', exact: true }).click();
    await anew.see('Every access was decided about.');
    await sen.see('The patient ended this access. Nothing new is shared.');
});

step('the lost device is removed with the words, and says so itself', async () => {
    await anew.page.getByRole('main').getByRole('link', { name: /since|Since/ }).click();
    await anew.heading('Devices').waitFor();
    await anew.page.getByRole('button', { name: /^Remove: / }).click();
    await anew.see('Remove');
    const dialog = anew.page.getByRole('dialog');
    assert.ok(await dialog.getByRole('button', { name: 'Remove', exact: true }).isDisabled(), 'the words are asked for');
    await dialog.getByRole('textbox').fill(asha.kits[0].join(' '));
    await anew.browser.accessible('the removal of a device');
    await anew.shoot('device-removal');
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    await asha.page.reload();
    await asha.unlock();
    await asha.see(/no longer/);
    await asha.shoot('shut-out');
});

step('what is written from now on reaches whoever may read, from the new device', async () => {
    await anew.tab('Record');
    await anew.press('Add');
    await anew.row('Allergy or intolerance').click();
    await anew.fill('Allergic to', 'Latex');
    await anew.press('Sign and save');
    await anew.heading('Latex').waitFor();
    await rao.tab('Patients');
    await rao.row('Asha Menon').click();
    await rao.row('Latex').waitFor();
});
