// An organization over time: somebody is suspended and acts again, a second officer joins, signs and leaves, and the second kit takes over.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { organization, trust, vouchByFile } from './support/cast.mjs';
import { scan, showCode } from './support/consent.mjs';
import { PASSPHRASE, Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, office, ben, rao, kim, asha;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [office, ben, rao, kim, asha]) person?.sound();
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

const dialog = (person) => person.page.getByRole('dialog');
const answer = async (person, deed) => {
    await dialog(person).getByRole('button', { name: deed, exact: true }).click();
    await dialog(person).waitFor({ state: 'hidden' });
};

/** What the patient's screen says of a doctor who asks; she says no. */
async function asks(doctor, says) {
    await showCode(asha);
    await doctor.tab('Today');
    await scan(doctor, asha);
    await doctor.press('Ask for access');
    await asha.see('Somebody asks for access', doctor.name, says);
    const alarm = await asha.page.getByText('Take care: nobody you trust vouches for this person').count();
    await asha.shoot(`asks-${alarm}`);
    await asha.press('No, do not share');
    await doctor.see('The patient said no.');
    return alarm > 0;
}

async function member(name) {
    await office.tab('Staff');
    await office.row(name).click();
}

async function more(person, row) {
    await person.tab('More');
    await person.row(row).click();
}

step('an organization vouches for a doctor, and a patient trusts it', async () => {
    office = await organization(relay, 'City Hospital', 'Ada Diaz');
    rao = await Person.create(relay, 'practitioner', 'Dr Rao');
    await vouchByFile(office, rao, 'Doctor or nurse');
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await trust(office, asha);
    assert.equal(await asks(rao, 'City Hospital vouches, which you trust'), false);
});

step('patients are warned of whoever is suspended', async () => {
    await member('Dr Rao');
    await office.press('Suspend');
    await office.see('What Dr Rao signs from then on is refused', 'What was signed before stays valid.', 'You can let it stand again.');
    await office.browser.accessible('the question before suspending');
    await office.shoot('suspend');
    await answer(office, 'Suspend');
    await office.see('Suspended');
    await office.browser.accessible('a credential that is suspended');
    await office.tab('Home');
    await office.see('1 suspended');
    assert.equal(await asks(rao, 'City Hospital no longer vouches'), true);
});

step('let stand again, the doctor is vouched for as before', async () => {
    await member('Dr Rao');
    await office.press('Let it stand again');
    await office.see('What Dr Rao signs from then on counts again.');
    await answer(office, 'Let it stand again');
    await office.see('Stands');
    await office.button('Suspend').waitFor();
    await office.tab('Home');
    await office.text('1 suspended').waitFor({ state: 'hidden' });
    assert.equal(await asks(rao, 'City Hospital vouches, which you trust'), false);
});

step('a second officer joins by keys of her own', async () => {
    ben = await Person.arrive(relay, 'organization', 'Ben Osei', { who: 'officer' });
    await ben.row('Organization').click();
    await ben.press('Join an organization that exists already');
    await ben.browser.accessible('the form of a new officer');
    await ben.fill('Your name', 'Ben Osei');
    await ben.fill('Passphrase', PASSPHRASE);
    await ben.fill('The passphrase once more', PASSPHRASE);
    await ben.press('Create');
    await ben.heading('Join as an officer').waitFor();
    await ben.see('Show your request', 'Take the answer in');
    await ben.browser.accessible('a new officer’s request');
    await ben.shoot('joining');
    const request = await ben.save(() => ben.press('Save as file'));
    await more(office, 'Officers');
    // What somebody else handed over is no request.
    await office.choosing(() => office.press('Choose the file'), { name: 'card', mimeType: 'application/octet-stream', buffer: Buffer.from('no request') });
    await office.page.getByRole('alert').first().waitFor();
    await office.choosing(() => office.press('Choose the file'), request);
    await office.button('Let Ben Osei join').waitFor();
    await office.browser.accessible('the request of a new officer');
    await office.shoot('officer-request');
    await office.press('Let Ben Osei join');
    await office.see('Answer for Ben Osei');
    const letter = await office.save(() => office.press('Save as file'));
    await ben.choosing(() => ben.press('Choose the file'), letter);
    await ben.heading('City Hospital').waitFor();
    await ben.see('Fingerprint');
    await ben.browser.accessible('the start page of a second officer');
    await ben.shoot('joined');
});

step('she signs under her own name, and both see who did what', async () => {
    // From here on she acts for the organization.
    ben.name = 'City Hospital';
    kim = await Person.create(relay, 'practitioner', 'Dr Kim', { who: 'kim' });
    await vouchByFile(ben, kim, 'Doctor or nurse');
    await office.tab('Staff');
    await office.row('Dr Kim').click();
    await office.see('Issued by Ben Osei');
    await member('Dr Rao');
    await office.see('Issued by Ada Diaz');
    await more(office, 'Officers');
    await office.see('Ada Diaz', 'Ben Osei');
    await office.press('What officers did');
    await office.see('founded', 'changed the officers', 'changed the list of credentials');
    await office.browser.accessible('what officers did');
    await office.shoot('acts');
    assert.equal(await asks(kim, 'City Hospital vouches, which you trust'), false);
});

step('an officer is taken out with the words of the first kit, and signs nothing any more', async () => {
    await more(office, 'Officers');
    await office.press('Take Ben Osei out?');
    await office.see('The 24 words of the first kit are needed.');
    await office.browser.accessible('the question before an officer is taken out');
    await office.fill('The 24 words of the first kit', office.kits[1].join(' '));
    await dialog(office).getByRole('button', { name: 'Take out', exact: true }).click();
    await dialog(office).getByRole('alert').waitFor();
    await office.shoot('officer-wrong-words');
    await office.fill('The 24 words of the first kit', office.kits[0].join(' '));
    await answer(office, 'Take out');
    await office.see(/^Taken out/);
    await office.browser.accessible('officers, one of whom left');
    await ben.tab('Staff');
    await ben.row('Dr Kim').click();
    await ben.press('Suspend');
    await dialog(ben).getByRole('button', { name: 'Suspend', exact: true }).click();
    await ben.see('The relay no longer knows this device.');
    await ben.shoot('officer-out');
    // The list that patients read is as the remaining officer left it.
    assert.equal(await asks(kim, 'City Hospital vouches, which you trust'), false);
});

step('the second kit takes over, and a new second kit is made', async () => {
    await more(office, 'New main key');
    await office.see('The second kit becomes the first, and a new second kit is shown once. Have paper ready.');
    assert.ok(await office.button('Put the second kit into force').isDisabled());
    await office.browser.accessible('the screen of the main key');
    await office.fill('The 24 words of the second kit', office.kits[0].join(' '));
    await office.fill('The 24 words of the first kit', office.kits[0].join(' '));
    await office.press('Put the second kit into force');
    await office.see('These are not the words of the second kit.');
    await office.browser.accessible('a main key that is refused');
    await office.shoot('key-wrong');
    await office.fill('The 24 words of the second kit', office.kits[1].join(' '));
    await office.press('Put the second kit into force');
    await office.button('I have them on paper').waitFor();
    await office.browser.accessible('the new kit');
    await office.shoot('key-new-kit');
    const fresh = await office.readKits();
    assert.notDeepEqual(fresh.at(-1), office.kits[1], 'the last one is new');
    await office.press('I have them on paper');
    for (const words of fresh) await office.giveWords(words);
    await office.heading('City Hospital').waitFor();
    // Patients trust the organization as before, and its word counts.
    assert.equal(await asks(rao, 'City Hospital vouches, which you trust'), false);
});
