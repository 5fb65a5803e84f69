// Who takes part in a consultation, and how they come to know each other: an organization vouches for its staff and hands out its card.

import { Person } from './person.mjs';

/** An organization with a named officer, founded at its relay. */
export async function organization(relay, name, officer) {
    const office = await Person.create(relay, 'organization', name);
    await office.row('Say who you are').click();
    await office.fill('Your name as an officer', officer);
    await office.press('Sign under this name');
    await office.see(officer);
    await office.tab('Home');
    await office.see('Fingerprint');
    return office;
}

/** The officer sees whose request it is, compares, and signs. */
async function sign(office, member, role) {
    await office.see(member.name, 'Compare it with the one on the other screen.');
    await office.page.getByRole('radio', { name: new RegExp(`^${role}`) }).check();
    await office.fill('Licence number', 'MC-20417');
    await office.page.getByRole('checkbox', { name: `I have made sure that this is ${member.name}.` }).check();
    await office.press('Sign the credential');
    await office.heading(member.name).waitFor();
}

/** Vouched for across a desk: each camera before the other's screen. */
export async function vouchByCamera(office, member, role) {
    await member.row('Have your organization vouch for you').click();
    await member.see('Show your request');
    await office.tab('Staff');
    await office.press('Vouch for somebody');
    await office.pointAt(member);
    await office.press('Scan codes');
    await sign(office, member, role);
    await office.press('Show as codes');
    await member.pointAtRow(office);
    await member.press('Scan codes');
    await member.see('Stands');
    await member.press(`Trust ${office.name}`);
    await office.press('Stop');
}

/** Vouched for by files that were sent to and fro. */
export async function vouchByFile(office, member, role) {
    await member.row('Have your organization vouch for you').click();
    const request = await member.save(() => member.press('Save as file'));
    await office.tab('Staff');
    await office.press('Vouch for somebody');
    await office.choosing(() => office.press('Choose the file'), request);
    await sign(office, member, role);
    const credential = await office.save(() => office.press('Save as file'));
    await member.choosing(() => member.press('Choose the file'), credential);
    await member.see('Stands');
    await member.press(`Trust ${office.name}`);
}

/** Somebody takes the organization's card in: its word counts from then on. */
export async function trust(office, person) {
    await office.tab('Home');
    const card = await office.save(() => office.press('Save as file'));
    await person.tab('More');
    await person.row('Organizations you trust').click();
    await person.choosing(() => person.press('Choose its card'), card);
    await person.see(office.name);
}

