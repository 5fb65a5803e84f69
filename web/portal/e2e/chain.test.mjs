// The chain as its owner sees it: block by block, with a byte that was changed, verified whole, handed out as a file that a stranger checks, and on paper.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, asha, auditor, file;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [asha, auditor]) person?.sound();
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

/** What another app exported: enough that checking it takes a moment. */
const MANY = {
    name: 'export.json',
    mimeType: 'application/json',
    buffer: Buffer.from(
        JSON.stringify({
            resourceType: 'Bundle',
            type: 'collection',
            entry: Array.from({ length: 120 }, (_, at) => ({
                resource: {
                    resourceType: 'Immunization',
                    status: 'completed',
                    vaccineCode: { text: `Vaccine ${at + 1}` },
                    patient: { display: 'Asha Menon' },
                    occurrenceDateTime: `20${10 + (at % 12)}-0${1 + (at % 9)}-12`,
                },
            })),
        }),
    ),
};

step('a record of many blocks', async () => {
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row('Allergy or intolerance').click();
    await asha.fill('Allergic to', 'Penicillin');
    await asha.press('Sign and save');
    await asha.heading('Penicillin').waitFor();
    await asha.tab('More');
    await asha.row('Import').click();
    await asha.choosing(() => asha.press('Choose a file'), MANY);
    await asha.press('Import 120 records');
    await asha.see('120 records were imported.');
});

step('the blocks are drawn from the first one on, each joined to the next', async () => {
    await asha.tab('More');
    await asha.row('Blocks').click();
    await asha.see('The first block: here your record begins', 'Beginning', 'No previous block', 'Its hash is what the next block names as previous');
    await asha.see(/^\d+ blocks/);
    await asha.browser.accessible('the blocks');
    await asha.shoot('blocks');
    await asha.page.getByRole('radio', { name: 'Newest first' }).check();
    await asha.text('The first block: here your record begins').waitFor({ state: 'hidden' });
    await asha.press('Show more');
    await asha.page.getByRole('radio', { name: 'From the beginning' }).check();
    await asha.see('The first block: here your record begins');
});

step('one byte that is changed turns the block red, and breaks the link behind it', async () => {
    await asha.page.getByRole('listitem').filter({ hasText: 'Block 1' }).getByRole('link', { name: 'Look closely' }).first().click();
    await asha.heading('Block 1').waitFor();
    await asha.see('Everything about this block is right');
    assert.equal(await asha.page.getByText('This is not what was signed').count(), 0);
    await asha.page.getByRole('button', { name: /^Byte 40: / }).click();
    await asha.see('This is not what was signed', /^Byte 40 was changed from [0-9a-f]{2} to [0-9a-f]{2}\.$/, 'Changed', 'The next block names another hash: the link is broken');
    await asha.browser.accessible('a block with a changed byte');
    await asha.shoot('block-changed');
    // By the arrows to its neighbour, and that one instead.
    await asha.page.keyboard.press('ArrowRight');
    await asha.page.keyboard.press('Enter');
    await asha.see(/^Byte 41 was changed/);
    await asha.press('Back to the real bytes');
    await asha.see('Everything about this block is right');
    await asha.press('Block after');
    await asha.heading('Block 2').waitFor();
    await asha.press('Block before');
    await asha.heading('Block 1').waitFor();
});

step('everything is verified, and says how far it is', async () => {
    await asha.tab('More');
    await asha.row('Blocks').click();
    await asha.heading('Blocks of your record').waitFor();
    await Promise.all([asha.page.getByRole('progressbar').waitFor(), asha.press('Verify everything')]);
    await asha.see(/^12\d blocks: every signature, key, link and content is right$/);
    await asha.browser.accessible('a verified chain');
});

step('the file that she hands out is checked by a stranger without any record', async () => {
    await asha.tab('More');
    await asha.row('Export').click();
    await asha.see('Careful: the file is not sealed. Whoever has it can read it.');
    file = await asha.save(() => asha.press('Make the file'));
    auditor = await Person.arrive(relay, 'patient', 'an auditor', { who: 'auditor' });
    await auditor.row('Check an exported file').click();
    await auditor.choosing(() => auditor.press('Choose a file'), file);
    await auditor.see('Nothing in the file fails', /^A whole chain/);
    await auditor.browser.accessible('a file that was checked');
    await auditor.shoot('verified');
});

step('a file with one other byte fails, half a file and another file are refused', async () => {
    const whole = readFileSync(file);
    const other = Buffer.from(whole);
    // In the middle of a record's words.
    const at = other.indexOf('Penicillin');
    assert.ok(at > 0, 'the file is open to whoever has it');
    other[at] ^= 1;
    await auditor.choosing(() => auditor.press('Check another file'), { name: 'changed.satchel', mimeType: '', buffer: other });
    await auditor.see(/facts? fails?$/, 'Fails');
    await auditor.browser.accessible('a file that fails');
    await auditor.shoot('failed');
    for (const [name, buffer] of [['half.satchel', whole.subarray(0, whole.length / 2)], ['letter.satchel', Buffer.from('Dear doctor')]]) {
        await auditor.choosing(() => auditor.press(/^(Check another|Choose a) file$/), { name, mimeType: '', buffer });
        await auditor.see('That did not work');
        await auditor.browser.accessible(name);
    }
});

step('summary and emergency card go to paper without the screen around them', async () => {
    for (const [row, title] of [['Summary for a visit', 'Summary for a visit'], ['Emergency card', 'Emergency card']]) {
        await asha.tab('More');
        await asha.row(row).click();
        await asha.see('Penicillin');
        await asha.page.emulateMedia({ media: 'print' });
        await asha.see('Penicillin', 'Asha Menon');
        assert.equal(await asha.page.getByRole('navigation').filter({ visible: true }).count(), 0, 'no tabs on paper');
        assert.equal(await asha.page.getByRole('button').filter({ visible: true }).count(), 0, 'no buttons on paper');
        await asha.shoot(`paper-${title.split(' ')[0].toLowerCase()}`);
        await asha.page.emulateMedia({ media: 'screen' });
        await asha.heading(title).waitFor();
    }
});
