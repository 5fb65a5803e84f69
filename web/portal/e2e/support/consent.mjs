// A code shown and scanned, symbols compared, the patient's yes: consent as two people give it across a desk.

import assert from 'node:assert/strict';

/** Names of the symbols on a screen, in their order. */
export async function symbols(person) {
    const list = person.page.getByRole('list', { name: /^Check symbols:/ });
    await list.first().waitFor();
    return Promise.all((await list.all()).map(async (row) => (await row.getByRole('listitem').allInnerTexts()).map((text) => text.trim())));
}

/** The patient shows a code for this kind of reader. */
export async function showCode(patient, reader = 'A doctor, for a visit', change = async () => {}) {
    await patient.tab('Share');
    await patient.page.getByRole('radio', { name: new RegExp(`^${reader}`) }).check();
    await change();
    await patient.press('Show the code');
    await patient.page.getByRole('img', { name: 'Code to scan' }).waitFor();
}

/** Scans the code on the patient's screen by the camera; reading it claims nothing. */
export async function scan(reader, patient) {
    await reader.pointAt(patient);
    await reader.tab('Scan');
    await reader.see('Nothing was sent yet.');
}

/** From the code to the access. `trusted`: an organization that the patient trusts vouches for whoever asks. */
export async function admit(patient, reader, { kind, trusted = true, change, opens = patient.name } = {}) {
    await showCode(patient, kind, change);
    await scan(reader, patient);
    await reader.press('Ask for access');
    await patient.see('Somebody asks for access');
    await patient.see(reader.name);
    // The list of who vouches is read anew, from the relay where it lies.
    if (trusted) await patient.see(/vouches, which you trust$/);
    const [mine] = await symbols(reader);
    assert.equal(mine.length, 4);
    const rows = await symbols(patient);
    if (trusted) {
        assert.deepEqual(rows, [mine], 'both screens show the same four symbols');
    } else {
        assert.equal(rows.length, 3, 'the patient picks one of three rows');
        const at = rows.findIndex((row) => row.join() === mine.join());
        assert.ok(at >= 0, 'one of them is the one on the other screen');
        await patient.page.getByRole('radio', { name: `Row ${at + 1}` }).check();
    }
    await patient.shoot('confirm');
    await reader.shoot('compare');
    await patient.press(/^Allow/);
    await patient.see(`${reader.name} has access now`);
    await reader.see(`${patient.name} gave you access.`);
    await reader.press('Open the record');
    await reader.heading(opens).waitFor();
}
