// The screen on which a patient says yes or no: while the organization is asked whether it vouches, when its relay is silent, and after it answered.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { organization, trust, vouchByFile } from './support/cast.mjs';
import { scan, showCode } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

const ASKING = 'Asking City Hospital whether it vouches';
const SILENT = 'Whether City Hospital vouches could not be asked: its relay does not answer';
const ALARM = 'Take care: nobody you trust vouches for this person';

let home, clinic, sen, asha;
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
    [home, clinic] = [await Relay.start(), await Relay.start()];
});
after(async () => {
    await closeAll(passed);
    for (const relay of [home, clinic]) await relay?.stop();
});

step('a doctor whom the organization took in after the patient read its list', async () => {
    const office = await organization(clinic, 'City Hospital', 'Ada Diaz');
    asha = await Person.create(home, 'patient', 'Asha Menon');
    await trust(office, asha);
    // The doctor's own relay is not the organization's: only that one falls silent.
    sen = await Person.create(home, 'practitioner', 'Dr Sen');
    await vouchByFile(office, sen, 'Doctor or nurse');
    await office.close();
});

step('while the organization is asked, nothing is said against the doctor', async () => {
    for (const person of [sen, asha]) person.browser.offline = true;
    clinic.freeze();
    await showCode(asha, 'A doctor, for a visit');
    await scan(sen, asha);
    await sen.press('Ask for access');
    await asha.see('Somebody asks for access', 'Dr Sen', ASKING);
    assert.equal(await asha.page.getByText(ALARM).count(), 0);
    assert.ok(await asha.button(/^Allow/).isDisabled(), 'nobody says yes before there is an answer');
    assert.ok(await asha.button('No, do not share').isEnabled(), 'no can be said at once');
    await asha.browser.accessible('a claim while its organization is asked');
    await asha.shoot('confirm-asking');
});

step('a relay that does not answer is named, and may be asked again', async () => {
    await clinic.kill();
    await asha.see(SILENT);
    assert.equal(await asha.page.getByText(ALARM).count(), 0);
    await asha.browser.accessible('a claim whose organization is silent');
    await asha.shoot('confirm-silent');
    await clinic.resume();
    await asha.press('Ask again');
    await asha.see('City Hospital vouches, which you trust');
    for (const person of [sen, asha]) person.browser.offline = false;
    await asha.shoot('confirm-answered');
    await asha.press(/^Allow/);
    await asha.see('Dr Sen has access now');
});
