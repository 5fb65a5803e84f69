// Consent by keyboard alone, from the first page to the end of the access: no mouse, no finger. The focus is always seen, lands where the screen
// begins, and comes back to where it was when a dialog is closed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { symbols } from './support/consent.mjs';
import { Keyboard } from './support/keyboard.mjs';
import { PASSPHRASE, Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, asha, rao, her, his;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [asha, rao]) person?.sound();
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

const heading = (person, name) => person.page.getByRole('heading', { level: 1, name });
const dialog = (person) => person.page.getByRole('dialog');

async function setUp(keys, door, name) {
    const { person } = keys;
    await keys.link(new RegExp(`^${door}`));
    await keys.lands(heading(person, /^(Create|Set up|Begin|Your)/));
    await keys.type('Your name', name);
    await keys.type('Passphrase', PASSPHRASE);
    await keys.type('The passphrase once more', PASSPHRASE);
    await keys.press('Enter');
    await person.button('I have them on paper').waitFor();
    await keys.lands(heading(person, 'Your recovery kit'));
    const [words] = await person.readKits();
    await keys.button('I have them on paper', 'Space');
    await keys.lands(heading(person, 'Two words, to be sure'));
    for (const label of await person.page.locator('label', { hasText: /^\s*Word \d+/ }).allInnerTexts()) {
        await keys.type(label.trim(), words[Number(/\d+/.exec(label)[0]) - 1]);
    }
    await keys.press('Enter');
    await person.page.getByRole('navigation').first().waitFor();
}

step('a patient and a doctor set up', async () => {
    asha = await Person.arrive(relay, 'patient', 'Asha Menon', { desk: true });
    her = new Keyboard(asha);
    await setUp(her, 'Patient', 'Asha Menon');
    await her.lands(heading(asha, /Asha/));
    await asha.shoot('keys-home');
    rao = await Person.arrive(relay, 'practitioner', 'Dr Rao');
    his = new Keyboard(rao);
    await setUp(his, 'Doctor or nurse', 'Dr Rao');
    await his.lands(heading(rao, /Dr Rao/));
});

step('after unlocking the focus is at the heading; the first stop of the page leads past the navigation', async () => {
    await asha.page.reload();
    await her.type('Passphrase', PASSPHRASE);
    await her.press('Enter');
    await her.lands(heading(asha, /Asha/));
    await her.reach(asha.page.getByRole('link', { name: 'Skip to the content' }), 'Shift+Tab');
    await asha.shoot('keys-skip');
    await her.press('Enter');
    await her.lands(asha.page.getByRole('main'));
});

step('a patient writes an entry and shows a code', async () => {
    await her.link('Record');
    await her.lands(heading(asha, 'Your record'));
    await her.link('Add');
    await her.link(/^Allergy or intolerance/);
    await her.lands(heading(asha, /llergy/));
    await her.type('Allergic to', 'Penicillin');
    await her.press('Enter');
    await her.lands(heading(asha, 'Penicillin'));
    await her.link('Share');
    await her.lands(heading(asha, 'Share'));
    await her.reach(asha.page.getByRole('radio', { name: /^A doctor, for a visit/ }));
    await asha.shoot('keys-radio');
    await her.reach(asha.page.getByRole('radio', { name: /^My family doctor/ }), 'ArrowDown');
    assert.ok(await asha.page.getByRole('radio', { name: /^My family doctor/ }).isChecked());
    await her.button('Show the code');
    await her.lands(heading(asha, 'Show this code'));
    await asha.page.getByRole('img', { name: 'Code to scan' }).waitFor();
});

step('a doctor pastes the link, looks, and asks', async () => {
    const link = await asha.codeText();
    await his.link('Scan');
    await his.lands(heading(rao, 'Scan a patient’s code'));
    await his.type('Or paste the link', link);
    await his.press('Enter');
    await rao.see('Nothing was sent yet.');
    // The field is gone: the focus is not.
    await his.lands(heading(rao, 'Scan a patient’s code'));
    await his.reach(rao.page.getByRole('combobox', { name: 'What is it for?' }));
    await his.press('ArrowDown');
    await rao.shoot('keys-select');
    await his.press('ArrowUp');
    await his.button('Ask for access');
    await his.lands(heading(rao, /./));
    await rao.see('Do both screens show the same four symbols?');
});

step('the patient compares and says yes', async () => {
    await her.lands(heading(asha, 'Somebody asks for access'));
    await asha.see('Dr Rao');
    const [mine] = await symbols(rao);
    const rows = await symbols(asha);
    const at = rows.findIndex((row) => row.join() === mine.join());
    assert.ok(at >= 0, 'one of the rows is the one on the other screen');
    await her.reach(asha.page.getByRole('radio').last());
    await her.reach(asha.page.getByRole('radio', { name: `Row ${at + 1}` }), 'ArrowUp');
    await asha.shoot('keys-row');
    await her.button(/^Allow/);
    await her.lands(heading(asha, 'Dr Rao has access now'));
    await rao.see('Asha Menon gave you access.');
    await his.link('Open the record');
    await his.lands(heading(rao, 'Asha Menon'));
});

step('Escape closes a question and gives the focus back; then the access is stopped', async () => {
    await her.link('See this access');
    await her.lands(heading(asha, 'Dr Rao'));
    const stop = asha.page.getByRole('main').getByRole('button', { name: 'Stop access', exact: true });
    const asked = dialog(asha).getByRole('button', { name: 'Stop access', exact: true });
    await her.use(stop, 'Space');
    await asked.waitFor();
    await her.lands(dialog(asha).locator('*'));
    // The focus goes round within the question.
    await her.reach(asked);
    await asha.shoot('keys-dialog');
    await her.reach(dialog(asha).getByRole('button', { name: 'Close' }), 'Shift+Tab');
    await her.press('Escape');
    await dialog(asha).waitFor({ state: 'hidden' });
    await her.lands(stop);
    await asha.shoot('keys-back');
    await her.press('Enter');
    await her.use(asked, 'Space');
    await dialog(asha).waitFor({ state: 'hidden' });
    await asha.see(/the relay has confirmed that keys, copies and mailbox are gone/);
    // The button is gone with the access: the focus is where the screen begins.
    await her.lands(heading(asha, 'Dr Rao'));
    await rao.see('The patient ended this access. Nothing new is shared.');
});

step('in a narrow window the bar at the foot covers nothing that has the focus', async () => {
    await asha.page.setViewportSize({ width: 390, height: 700 });
    await her.link('Share');
    await her.lands(heading(asha, 'Share'));
    await her.reach(asha.page.getByRole('checkbox').last());
    await asha.shoot('keys-narrow');
    await her.reach(asha.page.getByRole('button', { name: 'Show the code' }));
    await asha.shoot('keys-narrow-last');
});
