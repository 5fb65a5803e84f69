// More than one practitioner: a colleague stands in, a team reads, and whoever is suspended reads no more.

import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { organization, trust, vouchByFile } from './support/cast.mjs';
import { admit } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, office, rao, kim, asha;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [office, rao, kim, asha]) person?.sound();
        passed = true;
    });
}

/** Opens the own desk, and saves the contact card. */
async function contactCard(person) {
    await person.tab('More');
    await person.row('Your desk').click();
    await person.press('Open the desk');
    return person.save(() => person.press('Save as file'));
}

before(async () => {
    relay = await Relay.start();
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
});

step('an organization with two doctors, and a patient who trusts it', async () => {
    office = await organization(relay, 'City Hospital', 'Ada Diaz');
    rao = await Person.create(relay, 'practitioner', 'Dr Rao');
    await vouchByFile(office, rao, 'Doctor or nurse');
    kim = await Person.create(relay, 'practitioner', 'Dr Kim');
    await vouchByFile(office, kim, 'Doctor or nurse');
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await trust(office, asha);
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row('Allergy or intolerance').click();
    await asha.fill('Allergic to', 'Penicillin');
    await asha.press('Sign and save');
    await asha.see('Penicillin');
    await admit(asha, rao, { kind: 'My family doctor' });
});

step('a colleague stands in, reads, and is stopped; the patient sees it all', async () => {
    const card = await contactCard(kim);
    await rao.press('Access');
    await rao.press('Let a colleague stand in');
    await rao.choosing(() => rao.press('Choose the file'), card);
    await rao.see('Dr Kim', 'Vouched for by City Hospital');
    await rao.browser.accessible('the form of a delegation');
    await rao.shoot('delegate');
    await rao.press('Let the colleague act');
    await kim.tab('Patients');
    await kim.row('Asha Menon').click();
    await kim.row('Penicillin').click();
    await kim.see('You opened it');
    await asha.tab('Access');
    await asha.row('Dr Rao').click();
    await asha.see('Dr Kim');
    await rao.tab('More');
    await rao.row('Standing in').click();
    await rao.see('May act');
    await rao.press('Stop: Dr Kim');
    await rao.page.getByRole('dialog').getByRole('button', { name: 'Stop', exact: true }).click();
    await rao.see('Stopped');
    await rao.browser.accessible('the list of those who stand in');
});

step('the team holds an access, and each member reads by keys of their own', async () => {
    const card = await contactCard(rao);
    await office.tab('Team');
    await office.choosing(() => office.press('Choose the file'), card);
    await office.press('Take Dr Rao into the team');
    await office.see(/^Since/);
    await office.browser.accessible('the team');
    await admitTeam();
    await office.see('Can read: Dr Rao');
    await office.shoot('team');
    await rao.tab('Patients');
    await rao.row('Through your team').click();
    await rao.see('Penicillin');
});

/** As a patient admits a doctor, only that it is the organization who asks. */
async function admitTeam() {
    await admit(asha, office, { kind: 'My family doctor', opens: 'Team' });
}

step('whoever is suspended loses what the team may read', async () => {
    await office.tab('Staff');
    await office.row('Dr Rao').click();
    await office.press('Suspend');
    await office.page.getByRole('dialog').getByRole('button', { name: 'Suspend', exact: true }).click();
    await office.see('Suspended');
    await office.tab('Team');
    await office.see('Locked out, the relay confirmed');
    await rao.tab('Patients');
    await rao.see('Not reachable');
    await office.shoot('suspended');
});
