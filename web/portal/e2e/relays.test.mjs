// Two relays: the patient's is one, the organization's and its staff's another. Each browser got its page from its own relay, and reaches the other
// one's. A large file goes from one to the other while the relay goes away and the page is loaded anew.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { organization, trust, vouchByFile } from './support/cast.mjs';
import { admit } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

/** Of the file: 200 MiB, or as many as SATCHEL_LARGE says. */
const MIB = Number(process.env.SATCHEL_LARGE ?? 200);

let home, clinic, office, rao, lena, asha;
let passed = true;

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
    [home, clinic] = [await Relay.start(), await Relay.start()];
});
after(async () => {
    await closeAll(passed);
    for (const relay of [home, clinic]) await relay?.stop();
});

step('people of two relays', async () => {
    office = await organization(clinic, 'City Hospital', 'Ada Diaz');
    rao = await Person.create(clinic, 'practitioner', 'Dr Rao');
    await vouchByFile(office, rao, 'Doctor or nurse');
    lena = await Person.create(clinic, 'laboratory', 'Lena Okoro');
    await vouchByFile(office, lena, 'Laboratory');
    asha = await Person.create(home, 'patient', 'Asha Menon');
    assert.notEqual(home.url, clinic.url);
    await trust(office, asha);
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row('Allergy or intolerance').click();
    await asha.fill('Allergic to', 'Penicillin');
    await asha.press('Sign and save');
    await asha.see('Penicillin');
});

step('the code leads to the patient’s relay, and the doctor reads and writes there', async () => {
    await admit(asha, rao, { kind: 'My family doctor' });
    await rao.see('Penicillin');
    await rao.press('Write');
    await rao.page.getByRole('dialog').getByRole('link', { name: 'Laboratory request' }).click();
    await rao.page.getByRole('combobox', { name: 'Test' }).fill('Blood count');
    await rao.fill('Why', 'Tired for six weeks');
    await rao.press('Sign and send');
    await rao.see('Filed by the patient’s device');
    await asha.tab('Record');
    await asha.row('Blood count').click();
    await asha.see(/City Hospital, which you trust, vouches/);
});

step(`a file of ${MIB} MiB goes over while the relay goes away and the page is loaded anew`, async () => {
    const path = join(lena.browser.folder, 'slides.bin');
    const piece = randomBytes(1 << 20);
    for (let at = 0; at < MIB; at += 1) writeFileSync(path, Buffer.concat([Buffer.from([at]), piece.subarray(1)]), { flag: 'a' });
    await admit(asha, lena, { kind: 'A laboratory' });
    await lena.row('Blood count').click();
    await lena.press('Enter the result');
    const value = lena.page.getByRole('group', { name: 'Value 1' });
    await value.getByRole('textbox', { name: 'Value' }).fill('13.1');
    await value.getByRole('textbox', { name: 'Normal from' }).fill('12.0');
    await value.getByRole('textbox', { name: 'to', exact: true }).fill('15.5');
    await lena.choosing(() => lena.press('Attach a file'), path);
    await lena.see('slides.bin');
    await lena.press('Check and sign');
    await lena.press('Sign and send');
    // Some of it is over there: then the network is cut.
    await lena.page.getByText(/^[1-9][\d.,]* [kM]B of /).first().waitFor({ timeout: 120_000 });
    for (const person of [lena, asha, rao]) person.browser.offline = true;
    await home.kill();
    await lena.see(/^Not connected/);
    await lena.shoot('large-cut');
    await lena.page.reload();
    await lena.unlock();
    await lena.tab('Sent');
    await lena.see('Files on their way', 'slides.bin');
    await home.resume();
    await lena.text('slides.bin').waitFor({ state: 'hidden', timeout: 300_000 });
    for (const person of [lena, asha, rao]) person.browser.offline = false;
    await asha.tab('Record');
    await asha.row(/Blood count.*Laboratory result/s).click();
    const [download] = await Promise.all([
        asha.page.waitForEvent('download', { timeout: 300_000 }),
        asha.press('Save: slides.bin'),
    ]);
    assert.equal(await digest(await download.path()), await digest(path), 'the file is the one that the laboratory chose');
});

async function digest(path) {
    const hash = createHash('sha256');
    for await (const piece of createReadStream(path)) hash.update(piece);
    return hash.digest('hex');
}
