// Every screen in every language, light and dark, on a phone and on a desk: it fits, reads from the right side, and breaks no rule of
// accessibility. With SATCHEL_SHOTS=FOLDER a picture of each is taken.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll } from './support/browser.mjs';
import { organization, trust, vouchByFile } from './support/cast.mjs';
import { admit } from './support/consent.mjs';
import { Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';
import { SCREENS, follow } from './support/tour.mjs';

const LANGUAGES = { en: 'English', de: 'Deutsch', ar: 'العربية', hi: 'हिन्दी', zh: '简体中文' };
/** Letters of a language in which every title is written. */
const LETTERS = { ar: /\p{Script=Arabic}/u, hi: /\p{Script=Devanagari}/u, zh: /\p{Script=Han}/u, de: /\p{Script=Latin}/u, en: /\p{Script=Latin}/u };
/** The same label in every language, or nobody would find back. */
const LABEL = 'Language · Sprache · اللغة · भाषा · 语言';

let relay, people;
let passed = true;

before(async () => {
    relay = await Relay.start();
    const office = await organization(relay, 'City Hospital', 'Ada Diaz');
    const rao = await Person.create(relay, 'practitioner', 'Dr Rao');
    await vouchByFile(office, rao, 'Doctor or nurse');
    const lena = await Person.create(relay, 'laboratory', 'Lena Okoro');
    const asha = await Person.create(relay, 'patient', 'Asha Menon');
    await trust(office, asha);
    await asha.tab('Record');
    await asha.press('Add');
    await asha.row('Measurement').click();
    await asha.choose('What was measured', 'Weight');
    await asha.fill('Value', '61.50');
    await asha.press('Sign and save');
    await asha.see('61.50');
    await admit(asha, rao, { kind: 'My family doctor' });
    await rao.row('Body weight').click();
    await rao.see('You opened it');
    people = [asha, rao, lena, office];
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
});

for (const [language, name] of Object.entries(LANGUAGES)) {
    test(`every screen in ${name}`, async () => {
        passed = false;
        for (const person of people) {
            await follow(person, SCREENS[person.role].settings ?? ['/more', '/settings']);
            await person.choose(LABEL, name);
            for (const theme of ['light', 'dark']) {
                await person.page.emulateMedia({ colorScheme: theme });
                await tour(person, language, theme);
            }
            person.sound();
        }
        passed = true;
    });
}

async function tour(person, language, theme) {
    for (const [screen, links] of Object.entries(SCREENS[person.role])) {
        await follow(person, links);
        const what = `${person.role} ${screen} ${language} ${theme}`;
        await person.browser.accessible(what);
        const title = await person.page.getByRole('heading', { level: 1 }).first().innerText();
        if (theme === 'light') await person.browser.shoot(`${person.role}-${screen}-${language}`);
        else if (language === 'en') await person.browser.shoot(`${person.role}-${screen}-dark`);
        const html = person.page.locator(`html[lang^=${language}][dir=${language === 'ar' ? 'rtl' : 'ltr'}]`);
        assert.equal(await html.count(), 1, `${what} says another language, or is read from the wrong side`);
        // Names, and titles of records, are somebody's own words.
        if (!links.at(-1).includes('*') && title !== person.name) assert.match(title, LETTERS[language], `${what} is in another language`);
    }
}
