// The screens before a vault is open: doors, kit, lock, recovery.

import { join } from 'node:path';
import { PASSPHRASE, Person } from '../e2e/support/person.mjs';

export const DOORS = ['welcome', 'create', 'kit', 'words', 'recover', 'verify', 'unlock', 'refused-link'];

/** Takes their pictures, in light and dark, wide and narrow, and read from the right. */
export async function doors(relay, folder, { PHONE, DESK }) {
    const ways = {
        phone: { size: PHONE, colorScheme: 'light', locale: 'en-GB' },
        'phone-dark': { size: PHONE, colorScheme: 'dark', locale: 'en-GB' },
        desk: { size: DESK, colorScheme: 'light', locale: 'en-GB' },
        'desk-dark': { size: DESK, colorScheme: 'dark', locale: 'en-GB' },
        arabic: { size: PHONE, colorScheme: 'light', locale: 'ar-EG' },
    };
    for (const [state, { size, ...options }] of Object.entries(ways)) {
        const person = await Person.arrive(relay, 'patient', 'Nora Lind', { desk: true, ...options });
        await person.page.setViewportSize(size);
        const shoot = async (screen) => {
            await person.page.getByRole('heading', { level: 1 }).first().waitFor();
            await person.page.waitForLoadState('networkidle');
            await person.page.screenshot({ path: join(folder, `doors-${screen}-${state}.png`), animations: 'disabled' });
        };
        const visit = async (screen, path) => {
            await person.page.goto(`${relay.url}${path}`);
            await shoot(screen);
        };
        await visit('welcome', '/');
        await visit('verify', '/verify');
        await visit('recover', '/recover');
        await visit('refused-link', '/demo#not-words');
        await visit('create', '/create?role=patient');
        const fields = person.page.locator('main input');
        await fields.nth(0).fill(person.name);
        for (const field of await person.page.locator('input[type=password]').all()) await field.fill(PASSPHRASE);
        await person.page.locator('form button[type=submit]').click();
        await person.page.locator('ol[translate=no]').first().waitFor();
        await shoot('kit');
        await person.page.locator('main .row button').last().click();
        await person.page.locator('main input').first().waitFor();
        await shoot('words');
        await person.page.goto('about:blank');
        await person.page.goto(relay.url);
        await person.page.locator('input[type=password]').waitFor();
        await shoot('unlock');
        await person.close();
    }
}
