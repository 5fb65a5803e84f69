// An access in the patient's hands: who opened what, for how long, how much of it, the request to delete, and what was not sent yet.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { admit } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

/** A name that a spreadsheet would reckon with. */
const READER = '=SUM(A1:A9) Sen';

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

const dialog = () => asha.page.getByRole('dialog');
const deed = (name) => dialog().getByRole('button', { name, exact: true });

async function enter(form, label, what) {
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row(form).click();
    await asha.fill(label, what);
    await asha.press('Sign and save');
    await asha.heading(what).waitFor();
}

async function openGrant() {
    await asha.tab('Access');
    await asha.row(READER).click();
    await asha.heading(READER).waitFor();
}

step('a doctor reads one of two records', async () => {
    sen = await Person.create(relay, 'practitioner', READER);
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await enter('Allergy or intolerance', 'Allergic to', 'Penicillin');
    await enter('Illness or problem', 'What it is', 'Migraine');
    await admit(asha, sen, { kind: 'My family doctor', trusted: false });
    await sen.row('Penicillin').click();
    await sen.see('You opened it');
});

step('the receipt names who opened what, and the list that is saved is safe to open', async () => {
    await asha.tab('Access');
    await asha.press('Who opened what');
    await asha.see(`${READER} opened 1 record`, 'Penicillin');
    await asha.browser.accessible('the receipts');
    const list = readFileSync(await asha.save(() => asha.press('Save as a file')), 'utf8');
    const [head, line, ...more] = list.split('\r\n');
    assert.equal(head, '"Time","Reader","Record","id"');
    assert.match(line, /^"\d{4}-\d\d-\d\dT[\d:.]+Z","'=SUM\(A1:A9\) Sen","Penicillin","[0-9a-f]{64}"$/);
    assert.deepEqual(more, [], 'one record was opened, one line there is');
});

step('the relay is asked what was fetched', async () => {
    await openGrant();
    await asha.row('Penicillin').waitFor();
    await asha.press('Ask the relay what was fetched');
    await asha.see(/^(Delivered|Opened) /);
    assert.equal(await asha.page.getByText('Fetched by a key that is known from the relay alone').count(), 0);
});

step('the term is shortened, and both sides see the new one', async () => {
    const before = await asha.text(/^Reading until /).innerText();
    await asha.press('Extend or shorten');
    await asha.see('It counts from now.');
    await dialog().getByRole('radio', { name: '1 day', exact: true }).check();
    await asha.browser.accessible('a new term');
    await deed('Extend or shorten').click();
    await asha.see('The new term holds from now on.');
    await asha.page.getByText(before, { exact: true }).waitFor({ state: 'hidden' });
    await sen.press('Back');
    await sen.press('Access');
    await sen.see(/^Read until /);
    const [until] = /\d+ \w+ \d{4}/.exec(await asha.text(/^Reading until /).innerText());
    await sen.see(new RegExp(`^Read until ${until}`));
});

step('less is shown: what was taken away is gone from the doctor’s list', async () => {
    await sen.press('Record');
    await sen.row('Migraine').waitFor();
    await asha.press('Show less');
    await asha.see('What was opened before cannot be unseen.');
    await asha.page.getByRole('checkbox', { name: 'Problems and diagnoses' }).uncheck();
    await asha.browser.accessible('showing less');
    await asha.press('Show only this');
    await asha.see('Less is shared from now on.');
    await sen.row('Migraine').waitFor({ state: 'hidden' });
    await sen.row('Penicillin').waitFor();
});

step('the doctor is asked to delete, answers why not, and the patient reads it', async () => {
    await asha.heading(READER).waitFor();
    await asha.press('Ask to delete');
    await asha.see('Doctors and laboratories often have to keep records for years.');
    await dialog().getByRole('checkbox', { name: 'Stop the access as well' }).uncheck();
    await asha.browser.accessible('asking to delete');
    await deed('Ask to delete').click();
    await asha.see('The request was sent.');
    await sen.tab('Today');
    await sen.row('Asha Menon asks you to delete').click();
    await sen.browser.accessible('a request to delete');
    await sen.press('Say why not');
    const answer = sen.page.getByRole('dialog');
    assert.ok(await answer.getByRole('button', { name: 'Send the answer', exact: true }).isDisabled(), 'a reason is wanted');
    await answer.getByRole('radio').first().check();
    await sen.fill('In your words', 'Ten years, by law');
    await answer.getByRole('button', { name: 'Send the answer', exact: true }).click();
    await answer.waitFor({ state: 'hidden' });
    await asha.see('What was answered', 'Ten years, by law');
    await asha.browser.accessible('an answer to the request to delete');
    await asha.shoot('deletion-answered');
});

step('a report that was not sent yet is taken back, and nobody receives it', async () => {
    for (const person of [sen, asha]) person.browser.offline = true;
    await relay.kill();
    await sen.tab('Patients');
    await sen.row('Asha Menon').click();
    await sen.press('Write');
    await sen.page.getByRole('dialog').getByRole('link', { name: 'Visit report' }).click();
    await sen.fill('What was found', 'Meant for somebody else');
    await sen.press('Sign and send');
    await sen.see(/^\d+ things? waits? to be sent$/);
    await sen.tab('More');
    await sen.row('Waiting to be sent').click();
    await sen.see('Consultation', 'To Asha Menon', 'Waiting');
    await sen.browser.accessible('what waits');
    await sen.shoot('outbox');
    await sen.press('Take back');
    await sen.see('It was not sent yet. It is deleted and nobody receives it.');
    await sen.page.getByRole('dialog').getByRole('button', { name: 'Take back', exact: true }).click();
    await sen.text('Consultation').waitFor({ state: 'hidden' });
    await relay.resume();
    await sen.press('Try again');
    await sen.see('Nothing waits. Everything has been sent.');
    await asha.tab('More');
    await asha.row('Settings').click();
    await asha.press('Ask for news now');
    await asha.see('Everything is sent, and all news are here.');
    for (const person of [sen, asha]) person.browser.offline = false;
    await asha.tab('Record');
    await asha.row('Penicillin').waitFor();
    assert.equal(await asha.page.getByText('Consultation').count(), 0);
});
