// A link to an invented person, as the demo prints it: one click, and the record is there. Only a relay in demo mode lets it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { organization, vouchByFile } from './support/cast.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let demo, real, words;
let passed = true;

before(async () => {
    [demo, real] = [await Relay.start({ demo: true }), await Relay.start()];
});
after(async () => {
    await closeAll(passed);
    for (const relay of [demo, real]) await relay?.stop();
});

test('one click opens an invented person, and again from the same browser', async () => {
    passed = false;
    const asha = await Person.create(demo, 'patient', 'Asha Menon');
    words = asha.kits[0].join('-');
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row('Allergy or intolerance').click();
    await asha.fill('Allergic to', 'Penicillin');
    await asha.press('Sign and save');
    await asha.heading('Penicillin').waitFor();
    const visitor = await Person.arrive(demo, 'patient', 'Asha Menon', { who: 'visitor' });
    for (const time of ['first', 'second']) {
        await visitor.page.goto('about:blank');
        await visitor.page.goto(`${demo.url}/demo#${words}`);
        await visitor.heading('Hello, Asha').waitFor();
        assert.equal(visitor.page.url(), `${demo.url}/`, 'the words are out of the address bar');
        await visitor.tab('Record');
        await visitor.row('Penicillin').waitFor();
        await visitor.browser.accessible(`the record opened the ${time} time`);
    }
    visitor.sound();
    await asha.tab('More');
    await asha.row('Devices').click();
    await asha.see(/^Since /);
    assert.equal(await asha.page.getByRole('main').getByText(/^Since /).count(), 2, 'the second click made no further device');
    passed = true;
});

test('one click opens an invented organization, which vouches like any', async () => {
    passed = false;
    const office = await organization(demo, 'City Hospital', 'Ada Diaz');
    const visitor = await Person.arrive(demo, 'organization', 'City Hospital', { who: 'visitor', desk: true });
    await visitor.page.goto(`${demo.url}/demo#${office.kits[0].join('-')}`);
    await visitor.page.getByRole('navigation', { name: 'Main navigation' }).first().waitFor();
    assert.equal(visitor.page.url(), `${demo.url}/`, 'the words are out of the address bar');
    const member = await Person.create(demo, 'practitioner', 'Dr Rao');
    await vouchByFile(visitor, member, 'Doctor or nurse');
    await visitor.see('Stands');
    await visitor.browser.accessible('an organization opened by a link');
    for (const person of [office, visitor, member]) person.sound();
    passed = true;
});

test('one click makes an invented record for whoever only wants to look', async () => {
    passed = false;
    const visitor = await Person.arrive(demo, 'patient', 'Maya Rivera', { who: 'visitor' });
    await visitor.row('Look around with sample data').click();
    await visitor.heading('Hello, Maya').waitFor();
    await visitor.browser.accessible('a sample record');
    await visitor.shoot('sample');
    await visitor.tab('Record');
    await visitor.row('Ferritin').click();
    await visitor.see('ng/mL');
    await visitor.browser.accessible('a sample result');
    await visitor.shoot('sample-result');
    visitor.sound();
    const other = await Person.arrive(real, 'patient', 'Nobody', { who: 'other' });
    await other.row('Patient').waitFor();
    assert.equal(await other.text('Look around with sample data').count(), 0, 'a real relay holds nobody invented');
    passed = true;
});

test('a relay that is not in demo mode opens nobody by a link', async () => {
    passed = false;
    const visitor = await Person.arrive(real, 'patient', 'Nobody', { who: 'visitor' });
    await visitor.page.goto(`${real.url}/demo#${words}`);
    await visitor.see('This link is not one of a demo, or the relay of this page is not in demo mode.');
    await visitor.browser.accessible('a refused link');
    visitor.sound();
    passed = true;
});
