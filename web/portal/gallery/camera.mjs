// Takes the pictures, and notes what a screen breaks of the rules that every one of them keeps.

import { join } from 'node:path';

export class Album {
    /** What was found: which picture, and what is wrong in it. */
    findings = new Map();

    constructor(folder) {
        this.folder = folder;
    }

    /** One picture; `checked` for those of which accessibility and width are looked at too. */
    async take(person, screen, state, checked = false) {
        const { page, browser, role } = person;
        const name = `${role}-${screen}-${state}`;
        if (browser.faults.length > 0) this.note(name, browser.faults.splice(0).join(', '));
        // Nothing stands under the mouse.
        await page.mouse.move(0, 0);
        await page.screenshot({ path: join(this.folder, `${name}.png`), animations: 'disabled' });
        if (!checked) return;
        await browser.accessible(name).catch((error) => this.note(name, error.message));
    }

    note(name, what) {
        this.findings.set(name, [...(this.findings.get(name) ?? []), what]);
        console.error(`${name}: ${what}`);
    }
}
