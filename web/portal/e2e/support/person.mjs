// What people do in the portal, by clicks, keys and camera alone. Words are those on the English screens.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Browser } from './browser.mjs';
import { textOf } from './camera.mjs';

export const PASSPHRASE = 'correct horse battery staple';
const DOORS = {
    patient: 'Patient',
    practitioner: 'Doctor or nurse',
    laboratory: 'Laboratory',
    organization: 'Organization',
};
/** Tabs at the foot of a phone and at the side of a desk say the same. */
const NAVIGATION = 'Main navigation';

export class Person {
    constructor(browser, name, role) {
        Object.assign(this, { browser, name, role });
    }

    get page() {
        return this.browser.page;
    }

    /** Somebody with a new browser; nothing is there yet. */
    static async arrive(relay, role, name, options = {}) {
        const browser = await Browser.open(relay, { desk: role !== 'patient', who: role, ...options });
        const person = new Person(browser, name, role);
        await person.page.goto(relay.url);
        return person;
    }

    /** From the first page to the own start page: keys, kit on paper, two words (of each kit) asked back. */
    static async create(relay, role, name, options = {}) {
        const person = await Person.arrive(relay, role, name, options);
        await person.row(DOORS[role]).click();
        await person.setUp();
        return person;
    }

    async setUp() {
        const name = { laboratory: 'Name of the laboratory', organization: 'Name of the organization' }[this.role] ?? 'Your name';
        await this.fill(name, this.name);
        await this.fill('Passphrase', PASSPHRASE);
        await this.fill('The passphrase once more', PASSPHRASE);
        await this.press('Create');
        await this.button('I have them on paper').waitFor();
        await this.shoot('kit');
        this.kits = await this.readKits();
        await this.press('I have them on paper');
        for (const [at, words] of this.kits.entries()) {
            if (this.kits.length > 1) await this.see(['First kit', 'Second kit'][at]);
            await this.giveWords(words);
        }
        await this.page.getByRole('navigation', { name: NAVIGATION }).first().waitFor();
    }

    /** The words as they stand on the screen, kit by kit. */
    async readKits() {
        const kits = [];
        for (const list of await this.page.locator('ol[translate=no]').all()) {
            const lines = await list.getByRole('listitem').allInnerTexts();
            kits.push(lines.map((line) => line.replace(/[^a-z]/g, '')));
        }
        assert.ok(kits.length > 0 && kits.every((words) => words.length === 24), 'kits of 24 words');
        return kits;
    }

    /** Types the two words that are asked for. */
    async giveWords(words, change = (word) => word) {
        const fields = this.page.getByRole('textbox', { name: /^Word \d+/ });
        await fields.first().waitFor();
        for (const field of await fields.all()) {
            const label = await this.page.locator(`label[for="${await field.getAttribute('id')}"]`).innerText();
            await field.fill(change(words[Number(/\d+/.exec(label)[0]) - 1]));
        }
        await this.press('Check');
    }

    /** Opens the vault of this browser, after a restart or a reload. */
    async unlock() {
        await this.fill('Passphrase', PASSPHRASE);
        await this.press('Open');
        await this.page.getByRole('navigation', { name: NAVIGATION }).first().waitFor();
    }

    button(name) {
        return this.page.getByRole('button', { name, exact: typeof name === 'string' });
    }

    link(name) {
        return this.page.getByRole('link', { name, exact: typeof name === 'string' });
    }

    /** A row of a list that leads somewhere. */
    row(name) {
        const pattern = typeof name === 'string' ? new RegExp(escape(name)) : name;
        return this.page.getByRole('main').getByRole('link', { name: pattern }).or(this.page.getByRole('main').getByRole('button', { name: pattern })).first();
    }

    heading(name) {
        return this.page.getByRole('heading', { name, exact: typeof name === 'string' }).first();
    }

    /** Words anywhere on the screen. */
    text(words) {
        return this.page.getByText(words).filter({ visible: true }).first();
    }

    async see(...all) {
        for (const words of all) await this.text(words).waitFor();
    }

    async press(name) {
        const exact = typeof name === 'string';
        await this.page.getByRole('button', { name, exact }).or(this.page.getByRole('link', { name, exact })).filter({ visible: true }).first().click();
    }

    async tab(name) {
        await this.page.getByRole('navigation', { name: NAVIGATION }).filter({ visible: true }).first().getByRole('link', { name: new RegExp(`^${escape(name)}`) }).click();
    }

    /** A field to type into, by what stands above it. */
    field(label) {
        const typed = this.page.locator('input:not([type=radio]):not([type=checkbox]), textarea');
        return typed.and(this.page.getByLabel(new RegExp(`^\\s*${escape(label)}(\\s*\\(optional\\))?\\s*$`))).filter({ visible: true }).first();
    }

    async fill(label, text) {
        await this.field(label).fill(text);
    }

    async choose(label, option) {
        await this.page.getByRole('combobox', { name: label, exact: true }).filter({ visible: true }).first().selectOption({ label: option });
    }

    async shoot(what) {
        await this.browser.shoot(`${this.role}-${what}`);
    }

    /** The picture of the code that is on the screen now. */
    async code() {
        const code = this.page.getByRole('img', { name: 'Code to scan' }).or(this.page.locator('.qr')).filter({ visible: true }).first();
        await code.scrollIntoViewIfNeeded();
        return code.screenshot();
    }

    /** What the code on the screen says, for somebody who pastes it. */
    async codeText() {
        return textOf(await this.code());
    }

    /** Holds this person's camera before another person's screen. */
    async pointAt(other) {
        this.browser.camera.pointAt(await other.code());
    }

    /** The same before a row of codes that change by themselves: until each was seen. */
    async pointAtRow(other) {
        const seen = new Map();
        let of = 1;
        for (let turn = 0; seen.size < of; turn += 1) {
            assert.ok(turn < 60, 'every code of the row is shown');
            const picture = await other.code();
            const text = textOf(picture);
            of = Number(text.split(':')[4]);
            seen.set(text, picture);
        }
        this.browser.camera.pointAt(...seen.values());
    }

    /** Presses what saves a file, and gives where it was saved. */
    async save(press) {
        const [download] = await Promise.all([this.page.waitForEvent('download'), press()]);
        const path = join(this.browser.folder, `${Date.now()}-${download.suggestedFilename()}`);
        await download.saveAs(path);
        return path;
    }

    /** Presses what asks for a file, and chooses these. */
    async choosing(press, ...paths) {
        const [chooser] = await Promise.all([this.page.waitForEvent('filechooser'), press()]);
        await chooser.setFiles(paths);
    }

    sound() {
        this.browser.sound();
    }

    async close() {
        await this.browser.close();
    }
}

function escape(text) {
    return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
