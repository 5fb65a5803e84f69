// What a patient enters: every form, what each refuses at its field, how it is found again, changed, kept out of shares and erased.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, asha;
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
    relay = await Relay.start();
    asha = await Person.create(relay, 'patient', 'Asha Menon');
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
});

async function form(name) {
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row(name).click();
    await asha.button('Sign and save').waitFor();
}

const sign = () => asha.press('Sign and save');
const choice = (name) => asha.page.getByRole('radio', { name, exact: true });
const rows = (words) => asha.page.getByRole('main').getByRole('link', { name: words });
const dialog = () => asha.page.getByRole('dialog');

step('nothing is signed while something needed is missing, and each field says what', async () => {
    for (const [name, answer] of [
        ['Allergy or intolerance', 'This is needed.'],
        ['Medicine I take', 'This is needed.'],
        ['Measurement', 'Write digits, such as 36.9.'],
        ['Illness or problem', 'This is needed.'],
        ['Vaccination', 'This is needed.'],
        ['Emergency contact', 'A name and a phone number are needed.'],
        ['Wish for care', 'This is needed.'],
    ]) {
        await form(name);
        await sign();
        await asha.see(answer);
        await asha.browser.accessible(`an empty form: ${name}`);
    }
    await asha.tab('Record');
    await asha.see('0 records');
});

step('a value, a date and a number that cannot be are refused at their fields', async () => {
    await form('Measurement');
    await asha.choose('What was measured', 'Weight');
    await asha.fill('Value', 'sixty');
    await sign();
    await asha.see('Write digits, such as 36.9.');
    await form('Vaccination');
    await asha.fill('Vaccine or disease', 'Tetanus');
    await asha.fill('When', '2019-23-04');
    await asha.fill('Which dose', 'first');
    await sign();
    await asha.see('Write a year, a month or a day, as in 2019-04-23.', 'Write a whole number, such as 2.');
    await asha.fill('When', '2019-04');
    await asha.fill('Which dose', '1');
    await sign();
    await asha.heading('Tetanus').waitFor();
});

step('each form is signed, and says on its page what was typed', async () => {
    await form('Allergy or intolerance');
    await asha.fill('Allergic to', 'Penicillin');
    await asha.fill('What happens', 'Wheals');
    await choice('Severe').check();
    await choice('Yes').check();
    await sign();
    await asha.heading('Penicillin').waitFor();
    await asha.see(/Wheals/, /severe/, /high risk/);

    await form('Medicine I take');
    await asha.fill('Medicine', 'Ibuprofen 400 mg');
    await asha.fill('How much at a time', '1');
    await asha.fill('Unit', 'tablet');
    await asha.fill('How often', '2');
    await sign();
    await asha.heading('Ibuprofen 400 mg').waitFor();
    await asha.see(/1 tablet/);

    await form('Illness or problem');
    await asha.fill('What it is', 'Migraine');
    await choice('Over').check();
    await asha.fill('Since', '2019');
    await asha.fill('Until', '2024-05');
    await sign();
    await asha.heading('Migraine').waitFor();

    await form('Wish for care');
    await choice('Organ donation').check();
    await choice('I agree').check();
    await asha.fill('In your own words', 'All organs.');
    await sign();
    await asha.see(/All organs\./);

    await form('Measurement');
    await asha.choose('What was measured', 'Blood pressure');
    await asha.fill('Upper value', '128');
    await asha.fill('Lower value', '82');
    await sign();
    await asha.see('128', '82');
});

step('values of one kind are drawn over time, with their table beside them', async () => {
    for (const weight of ['61.50', '62.30', '60.90']) {
        await form('Measurement');
        await asha.choose('What was measured', 'Weight');
        await asha.fill('Value', weight);
        await sign();
        await asha.heading('Body weight').waitFor();
    }
    const table = asha.page.getByRole('table');
    await table.waitFor();
    for (const weight of ['61.50', '62.30', '60.90']) await table.getByText(new RegExp(`^${weight} kg`)).waitFor();
    await asha.page.getByRole('figure').locator('canvas').waitFor();
    await asha.browser.accessible('a trend with its table');
    await asha.shoot('trend');
});

step('an emergency contact is corrected and taken off again', async () => {
    await form('Emergency contact');
    await asha.fill('Name', 'Ravi Menon');
    await asha.fill('Phone', '0171 1');
    await sign();
    await form('Emergency contact');
    await asha.press('Change: Ravi Menon');
    await asha.see(/^You are changing Ravi Menon\./);
    await asha.fill('Phone', '0171 234 56 78');
    await asha.fill('Who this is to you', 'Husband');
    await asha.browser.accessible('a contact that is changed');
    await sign();
    await form('Emergency contact');
    await asha.see('Husband · 0171 234 56 78');
    assert.equal(await asha.page.getByText('0171 1', { exact: true }).count(), 0, 'the old number is gone');
    await asha.shoot('contact');
    await asha.press('Remove: Ravi Menon');
    await asha.see('The earlier entry stays in your record, marked as corrected.');
    await dialog().getByRole('button', { name: 'Remove', exact: true }).click();
    await asha.text('Husband · 0171 234 56 78').waitFor({ state: 'hidden' });
});

step('words and filters find what was entered, and nothing else', async () => {
    await asha.tab('Record');
    await asha.fill('Search', 'penic');
    await rows(/Penicillin/).waitFor();
    await asha.see('1 record');
    assert.equal(await rows(/Migraine/).count(), 0);
    await asha.fill('Search', 'no such thing');
    await asha.see('No record fits.');
    await asha.browser.accessible('a search that finds nothing');
    await asha.press('Clear the filter');
    await asha.page.getByRole('group', { name: 'Kind' }).getByRole('button', { name: 'Body measurements' }).click();
    await asha.see('4 records');
    await asha.press('Clear the filter');
    await asha.page.locator('summary', { hasText: 'Filter' }).click();
    await asha.choose('Who signed', 'Doctors and laboratories');
    await asha.see('No record fits.');
    await asha.press('Clear the filter');
    await rows(/Migraine/).waitFor();
});

step('an entry that is changed leaves the earlier version, struck through', async () => {
    await rows(/Penicillin/).click();
    await asha.press('Change');
    await asha.see('The earlier entry stays, marked as corrected.');
    assert.equal(await asha.field('What happens').inputValue(), 'Wheals', 'what stood there is filled in');
    await asha.fill('Allergic to', 'Amoxicillin');
    await sign();
    await asha.heading('Amoxicillin').waitFor();
    await asha.see('This is a correction');
    await asha.press('The earlier version');
    await asha.see('There is a newer version');
    await asha.heading('Penicillin').waitFor();
});

step('an entry in error stays visible with its reason, and another is kept out of shares', async () => {
    await asha.tab('Record');
    await rows(/Migraine/).first().click();
    await asha.press('Keep out of shares');
    await asha.see('Kept out of every new share.');
    await asha.button('Let it into shares again').waitFor();
    await asha.press('Entered in error');
    await dialog().getByRole('textbox', { name: 'Why' }).fill('Clicked the wrong one');
    await dialog().getByRole('button', { name: 'Entered in error', exact: true }).click();
    await asha.see(/Clicked the wrong one/);
    await asha.browser.accessible('an entry in error');
});

step('an entry that is erased leaves its place in the chain, and the chain verifies', async () => {
    await asha.tab('Record');
    await rows(/Tetanus/).click();
    await asha.press('Erase for ever');
    await asha.see('Its block stays in its place, so your record still verifies.');
    await asha.browser.accessible('a question before erasing');
    await dialog().getByRole('button', { name: 'Erase for ever', exact: true }).click();
    await asha.heading('Your record').waitFor();
    await rows(/Tetanus/).waitFor({ state: 'detached' });
    await asha.tab('More');
    await asha.row('Erased records').click();
    await asha.see(/^Block \d+, /, 'Erased');
    await asha.browser.accessible('what was erased');
    await asha.tab('More');
    await asha.row('Blocks').click();
    await asha.press('Verify everything');
    await asha.see(/every signature, key, link and content is right$/);
});
