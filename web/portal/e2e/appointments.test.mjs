// Appointments that do not go straight: moved by the practice and by the patient, declined and called off by either, asked for anew. After each
// step both screens say the same.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, rao, asha, link;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [rao, asha]) person?.sound();
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

/** A time on a day of next week where these people live, as a field takes it: day 0 is Monday. */
function nextWeek(day, time) {
    const date = new Date(new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' }));
    date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7) + 7 + day);
    return `${date.toISOString().slice(0, 10)}T${time}`;
}

const dialog = (person) => person.page.getByRole('dialog');
const answer = (person, deed) => dialog(person).getByRole('button', { name: deed, exact: true }).click();

/** What both screens call the stage, each in its own words. */
async function stands(patient, desk) {
    await asha.text(new RegExp(`^${patient}$`)).waitFor();
    await rao.text(new RegExp(`^${desk}$`)).waitFor();
}

/** Both screens name this time, and none of them the other. */
async function bothSay(time, other) {
    for (const person of [asha, rao]) {
        await person.see(time);
        if (other) await person.text(other).waitFor({ state: 'detached' });
    }
}

/** Times that the patient may take, in the words of the buttons. */
async function takeable() {
    await asha.button(/^Take /).first().waitFor();
    return (await asha.button(/^Take /).allInnerTexts()).map((text) => text.trim().replace(/^Take /, ''));
}

async function ask(reason, ...wishes) {
    await asha.fill('Link of the practice', link);
    await asha.fill('Why do you want to come?', reason);
    for (const wish of wishes) {
        await asha.fill('Date and time', wish);
        await asha.press('Add a time');
    }
    await asha.press('Send the request');
    await asha.heading('Appointment').or(asha.heading('Dr Rao')).first().waitFor();
    await rao.tab('Today');
    await rao.row('Asha Menon asks for an appointment').click();
    await rao.see(reason);
}

step('the doctor says when there is time; hours that cannot be are refused', async () => {
    rao = await Person.create(relay, 'practitioner', 'Dr Rao');
    await rao.tab('Calendar');
    await rao.press('Week after');
    await rao.button('This week').waitFor();
    assert.equal(await rao.page.getByText('16 free times', { exact: true }).count(), 5);
    assert.equal(await rao.page.getByText('Closed', { exact: true }).count(), 2);
    await rao.press('Your hours');
    await rao.browser.accessible('the hours of a doctor');
    await rao.fill('From', '18:00');
    await rao.fill('To', '08:00');
    await rao.press('Keep the hours');
    await rao.see('The hours must end after they begin.');
    await rao.fill('From', '08:00');
    await rao.fill('To', '18:00');
    const days = dialog(rao).getByRole('group', { name: 'Days' }).getByRole('button', { pressed: true });
    for (let left = await days.count(); left > 0; left -= 1) await days.first().click();
    await rao.press('Keep the hours');
    await rao.see('Choose at least one day.');
    await rao.shoot('hours');
    for (const day of await dialog(rao).getByRole('group', { name: 'Days' }).getByRole('button').all()) await day.click();
    await rao.choose('Length of an appointment', '60 minutes');
    await rao.press('Keep the hours');
    await rao.see('The hours are kept.');
    await dialog(rao).waitFor({ state: 'hidden' });
    assert.equal(await rao.page.getByText('10 free times', { exact: true }).count(), 7);
    // They stay on this device, also when the page is loaded anew.
    await rao.page.reload();
    await rao.unlock();
    await rao.press('Week after');
    await rao.button('This week').waitFor();
    assert.equal(await rao.page.getByText('10 free times', { exact: true }).count(), 7);
    await rao.browser.accessible('a week of the calendar');
});

step('the time that the patient wished for is offered beside others, and booked', async () => {
    await rao.press('Link for patients');
    await rao.press('Open the desk');
    await rao.page.getByRole('img', { name: 'Link to your desk' }).waitFor();
    link = await rao.codeText();
    asha = await Person.create(relay, 'patient', 'Asha Menon');
    await asha.press('Ask for an appointment');
    await ask('Tired for six weeks', nextWeek(2, '11:15'), nextWeek(3, '09:30'));
    await asha.browser.accessible('an appointment that was asked for');
    await rao.press('Choose the first three free times');
    await rao.press(/11:15.*wished for/);
    await rao.press('Offer 4 times');
    await stands('Times offered', 'Times offered, the patient chooses');
    const times = await takeable();
    assert.equal(times.length, 4);
    const wished = times.find((time) => time.includes('11:15'));
    await asha.browser.accessible('times on offer');
    await asha.shoot('offered');
    await asha.press(`Take ${wished}`);
    await stands('Booked', 'Booked');
    await bothSay(wished);
    // An hour of that day is spoken for.
    await rao.tab('Calendar');
    await rao.press('Week after');
    await rao.row(/11:15/).waitFor();
    assert.equal(await rao.page.getByText('9 free times', { exact: true }).count(), 1);
    assert.equal(await rao.page.getByText('10 free times', { exact: true }).count(), 6);
    await rao.row(/11:15/).click();
    await rao.see('Booked for');
});

step('the practice moves it: the patient is asked, and either keeps the old time or takes the new one', async () => {
    const old = await booked();
    await rao.press('Move');
    await dialog(rao).getByRole('group').nth(2).getByRole('button').first().click();
    await rao.browser.accessible('the choice of another time');
    await rao.shoot('move');
    await answer(rao, 'Ask to move');
    await stands('To be moved', 'To be moved');
    await asha.see('They ask to move it', 'Until you agree, the booked time stands.', old);
    const [first] = await takeable();
    await rao.see('To be moved to', first, old);
    await asha.browser.accessible('an appointment that the practice moves');
    await asha.shoot('moved');
    await asha.press('Keep the booked time');
    await asha.see('The practice is told. The appointment stays as it is booked.');
    await answer(asha, 'Keep the booked time');
    await dialog(asha).waitFor({ state: 'hidden' });
    await stands('Booked', 'Booked');
    await bothSay(old, first);

    await rao.press('Move');
    await dialog(rao).getByRole('group').nth(3).getByRole('button').last().click();
    await answer(rao, 'Ask to move');
    await asha.see('They ask to move it');
    const [second] = await takeable();
    await asha.press(`Take ${second}`);
    await stands('Booked', 'Booked');
    await bothSay(second, old);
});

/** The time that is booked, in the words of the patient's screen. */
async function booked() {
    const when = asha.page.locator('.when');
    await when.waitFor();
    return (await when.innerText()).trim();
}

step('the patient asks to move it: the practice keeps the old time, then agrees', async () => {
    const old = await booked();
    await askToMove(nextWeek(4, '15:00'));
    await asha.see('You asked for another time. Until they agree, the booked time stands.', old);
    await rao.tab('Today');
    await rao.row('Asha Menon asks to move the appointment').click();
    await rao.see('To be moved to', old);
    await rao.browser.accessible('an appointment that the patient moves');
    await rao.shoot('asked-to-move');
    await rao.press('Keep the old time');
    await stands('Booked', 'Booked');
    await bothSay(old, /15:00/);

    await askToMove(nextWeek(4, '16:20'));
    await rao.see('To be moved to');
    await rao.press('Agree to the new time');
    await stands('Booked', 'Booked');
    await bothSay(/16:20/, old);
});

async function askToMove(time) {
    await asha.press('Ask to move it');
    await asha.fill('New time', time);
    await answer(asha, 'Ask');
    await stands('To be moved', 'To be moved');
}

step('the patient cancels and says why; the time is free again', async () => {
    await asha.press('Cancel it');
    await asha.browser.accessible('the question before cancelling');
    await asha.fill('Why', 'I am travelling');
    await answer(asha, 'Cancel it');
    await stands('Cancelled', 'Called off');
    for (const person of [asha, rao]) await person.see('I am travelling');
    // They are her own: nobody else is said to have written them.
    await asha.see('What was said');
    await asha.browser.accessible('an appointment that is cancelled');
    await asha.shoot('cancelled');
    await rao.tab('Calendar');
    await rao.press('Week after');
    await rao.button('This week').waitFor();
    assert.equal(await rao.page.getByText('10 free times', { exact: true }).count(), 7);
});

step('asked anew, it is declined by the practice in its words, then offered and declined by the patient', async () => {
    await asha.press('Ask anew');
    await ask('Still tired');
    await rao.press('Decline');
    await rao.fill('Your words', 'Please see the blood doctor');
    await answer(rao, 'Decline');
    await stands('Declined', 'Declined');
    await asha.see('What was said', 'Please see the blood doctor');
    await rao.browser.accessible('an appointment that was declined');

    await asha.press('Ask anew');
    await ask('Tired and pale');
    await rao.press('Offer 0 times');
    await rao.see('Choose at least one time.');
    await rao.press('Choose the first three free times');
    await rao.press('Offer 3 times');
    await takeable();
    await asha.press('Decline');
    await asha.fill('Why', 'None of them suits');
    await answer(asha, 'Decline');
    await stands('Declined', 'Declined');
    await rao.see('None of them suits');
});

step('the practice calls a booked one off; nothing is left in the week', async () => {
    await asha.press('Ask anew');
    await ask('Pale and dizzy', nextWeek(2, '11:15'));
    await rao.press(/wished for/);
    await rao.press('Offer 1 time');
    const [time] = await takeable();
    await asha.press(`Take ${time}`);
    await stands('Booked', 'Booked');
    await rao.press('Call off');
    await rao.fill('Your words', 'I am ill');
    await answer(rao, 'Call off');
    await stands('Cancelled', 'Called off');
    await asha.see('What was said', 'I am ill');
    await asha.tab('Home');
    await asha.tab('More');
    await asha.row('Appointments').click();
    await asha.see('Over');
    assert.equal(await asha.page.getByText('Booked', { exact: true }).count(), 0);
    await asha.browser.accessible('appointments that are over');
    await asha.shoot('over');
    await rao.tab('Calendar');
    await rao.see('Nobody waits for an answer.', 'Past and declined');
    await rao.press('Week after');
    await rao.button('This week').waitFor();
    assert.equal(await rao.page.getByText('10 free times', { exact: true }).count(), 7);
    await rao.shoot('calendar');
});
