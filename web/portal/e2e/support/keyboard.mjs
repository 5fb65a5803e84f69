// What somebody does who has a keyboard and nothing else: Tab until the wanted thing has the focus, then a key. On the way the focus is always
// seen.

import assert from 'node:assert/strict';

/** More stops than any screen has before its last button. */
const STOPS = 90;

export class Keyboard {
    constructor(person) {
        this.person = person;
    }

    get page() {
        return this.person.page;
    }

    async press(...keys) {
        for (const key of keys) await this.page.keyboard.press(key);
    }

    /** Whether this has the focus now. */
    async has(wanted) {
        return (await this.page.locator(':focus').and(wanted).count()) > 0;
    }

    /** Waits until this has the focus by itself. */
    async lands(wanted) {
        await this.page.locator(':focus').and(wanted).first().waitFor();
    }

    /** Goes by Tab, or by another key, until this has the focus. */
    async reach(wanted, key = 'Tab') {
        await wanted.first().waitFor();
        for (let stop = 0; stop < STOPS; stop += 1) {
            if (await this.has(wanted)) return;
            await this.press(key);
            const unseen = await this.page.evaluate(ring); // looks
            assert.equal(unseen, '', `the focus is seen on the way to ${wanted}`);
        }
        assert.fail(`${wanted} is not reached by ${key}`);
    }

    /** Presses a button, or follows a link. */
    async use(wanted, key = 'Enter') {
        await this.reach(wanted);
        await this.press(key);
    }

    async button(name, key = 'Enter') {
        await this.use(this.page.getByRole('button', { name, exact: typeof name === 'string' }), key);
    }

    async link(name) {
        await this.use(this.page.getByRole('link', { name, exact: typeof name === 'string' }));
    }

    /** Types into a field. */
    async type(label, text) {
        await this.reach(this.person.field(label));
        await this.page.keyboard.type(text);
    }
}

/** Runs in the page: what is wrong with how the focus is seen; nothing when it has a ring, is in sight, and nothing lies over it. */
async function ring() {
    // What gives way to the focus does so in the frame after it.
    for (let frame = 0; frame < 3; frame += 1) await new Promise((next) => requestAnimationFrame(next));
    const focus = document.activeElement;
    // Past the last stop the browser itself has the focus.
    if (!focus || focus === document.body) return '';
    const name = focus.outerHTML.slice(0, 160);
    let one = focus;
    for (let up = 0; one && up < 4; one = one.parentElement, up += 1) {
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(one);
        if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2 || outlineColor.endsWith(', 0)')) continue;
        const { left, right, top, bottom } = one.getBoundingClientRect();
        if (bottom <= 0 || top >= innerHeight) return `out of sight: ${name}`;
        const [high, low] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
        const above = document.elementFromPoint((left + right) / 2, (high + low) / 2);
        const covered = above && !one.contains(above) && !above.contains(one);
        return covered ? `covered by ${above.className}: ${name}` : '';
    }
    return `without a ring: ${name}`;
}
