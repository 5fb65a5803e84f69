// Pictures of every screen in every state, and a page with one table of them: for people to look at. `cargo xtask screenshots` runs it. What
// breaks a rule of accessibility or is wider than the screen is marked in the table, and makes the run fail at its end.
//
// People who are new show first run and emptiness, what is still being read and what could not be read; the demo's people show what full
// screens look like; then their relay goes away.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closeAll } from '../e2e/support/browser.mjs';
import { organization, vouchByFile } from '../e2e/support/cast.mjs';
import { Person } from '../e2e/support/person.mjs';
import { Relay } from '../e2e/support/relay.mjs';
import { SCREENS } from '../e2e/support/tour.mjs';
import { answer, between } from './answers.mjs';
import { Album } from './camera.mjs';
import { DOORS, doors } from './doors.mjs';
import { page } from './page.mjs';
import { PLACES, addressOf, routeOf, visit } from './places.mjs';
import { SCENES, consent } from './scenes.mjs';

const folder = process.argv[2];
assert.ok(folder, 'the folder for the pictures is named');
const only = process.argv.slice(3);

const PHONE = { width: 390, height: 844 };
const DESK = { width: 1280, height: 800 };
/** Languages by the names that the settings give them. */
const LABEL = 'Language · Sprache · اللغة · भाषा · 语言';

/** Whose link opens which role, in the demo. */
const INVENTED = { patient: 'Asha', practitioner: 'Dr Rao', laboratory: 'Lena Okoro' };
const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What a screen is looked at in, and how it comes about. */
const FULL = {
    phone: { size: PHONE, checked: true },
    'phone-dark': { size: PHONE, theme: 'dark', checked: true },
    desk: { size: DESK, checked: true },
    'desk-dark': { size: DESK, theme: 'dark', checked: true },
    arabic: { size: PHONE, language: 'العربية' },
};
const STATES = ['first', 'loading', 'error', ...Object.keys(FULL), 'offline'];
/** Screens of a role, those of the tour and the others. */
const placesOf = (role) => ({ ...SCREENS[role], ...PLACES[role] });

const album = new Album(folder);
let relay;

try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    relay = await Relay.start({ demo: true });
    if (wanted('doors')) await doors(relay, folder, { PHONE, DESK });
    const people = [];
    for (const role of Object.keys(SCREENS).filter(wanted)) people.push(await newcomer(role));
    for (const person of people) {
        await tour(person, 'first', { size: PHONE, checked: true });
        await unanswered(person);
    }
    const seasoned = await cast(people);
    await closeAll(true, new Set(seasoned.map((person) => person.browser)));
    for (const person of seasoned) {
        for (const [state, way] of Object.entries(FULL)) await tour(person, state, way);
    }
    const [patient, doctor] = ['patient', 'practitioner'].map((role) => seasoned.find((person) => person.role === role));
    if (patient && doctor) await consent(patient, doctor, inEveryWay);
    await relay.kill();
    for (const person of seasoned) {
        person.browser.offline = true;
        await dress(person, { size: PHONE });
        await person.page.locator('.strip').first().waitFor({ timeout: 90_000 });
        await tour(person, 'offline', { size: PHONE, checked: true });
    }
    const pictures = new Set(await readdir(folder));
    const rows = { doors: DOORS, ...Object.fromEntries(Object.keys(SCREENS).map((role) => [role, [...Object.keys(placesOf(role)), ...Object.keys(SCENES[role] ?? {})]])) };
    await writeFile(join(folder, 'index.html'), page(rows, STATES, pictures, album.findings));
    console.log(`${pictures.size} pictures: ${join(folder, 'index.html')}`);
    assert.deepEqual([...album.findings], [], 'every screen keeps the rules');
} finally {
    await closeAll();
    await relay?.stop();
}

function wanted(role) {
    return only.length === 0 || only.includes(role);
}

async function newcomer(role) {
    const names = { patient: 'Nora Lind', practitioner: 'Dr Imani Okafor', laboratory: 'North Laboratory', organization: 'Riverside Clinic' };
    if (role === 'organization') return organization(relay, names.organization, 'Ada Diaz');
    return Person.create(relay, role, names[role], { desk: true });
}

/** The demo's people by its links; an organization has somebody vouched for instead. */
async function cast(newcomers) {
    const program = process.env.SATCHEL_BIN;
    assert.ok(program, 'SATCHEL_BIN names the command line');
    const played = spawnSync(program, ['demo', '--relay', relay.url, '--data', join(relay.data, 'people')], { encoding: 'utf8', cwd: root });
    assert.equal(played.status, 0, played.stderr);
    const links = Object.fromEntries([...played.stdout.matchAll(/^ *(.+?) +(http\S+\/demo#[a-z-]+)$/gm)].map(([, name, link]) => [name, link]));
    const people = [];
    for (const role of Object.keys(SCREENS).filter(wanted)) {
        if (role === 'organization') {
            const office = newcomers.find((person) => person.role === role);
            const member = await Person.create(relay, 'practitioner', 'Dr Rao');
            await vouchByFile(office, member, 'Doctor or nurse');
            people.push(office);
            continue;
        }
        const person = await Person.arrive(relay, role, role, { desk: true });
        const link = links[INVENTED[role]];
        assert.ok(link, `the demo printed no link for ${INVENTED[role]}`);
        await person.page.goto(link);
        await person.page.getByRole('navigation', { name: 'Main navigation' }).filter({ visible: true }).first().waitFor({ timeout: 120_000 });
        people.push(person);
    }
    return people;
}

/** Size, colours and language; the settings are the screen then. */
async function dress(person, { size, theme = 'light', language = 'English' }) {
    await person.page.setViewportSize(size);
    await person.page.emulateMedia({ colorScheme: theme });
    await visit(person, '/settings');
    await person.choose(LABEL, language);
}

async function tour(person, state, way) {
    await dress(person, way);
    for (const [screen, place] of Object.entries(placesOf(person.role))) {
        const address = await addressOf(person, place);
        if (address === undefined) continue;
        await visit(person, address);
        // What moves comes to rest, what is still being read arrives.
        await person.page.locator('.loading').first().waitFor({ state: 'detached', timeout: 3_000 }).catch(() => {});
        if (screen === 'result') await person.page.locator('figure canvas').first().waitFor({ timeout: 3_000 }).catch(() => {});
        await album.take(person, screen, state, way.checked);
    }
    await dress(person, { size: way.size });
}

/** Every screen while its questions are not answered yet, and when they are refused. */
async function unanswered(person) {
    await person.page.context().addInitScript(between);
    await person.page.goto(relay.url);
    await person.unlock();
    await person.page.setViewportSize(PHONE);
    for (const [how, state] of [['held', 'loading'], ['refused', 'error']]) {
        await answer(person, how);
        for (const [screen, place] of Object.entries(placesOf(person.role))) {
            await visit(person, routeOf(place).replaceAll('*', 'x'));
            if (how === 'refused') await person.page.waitForTimeout(150);
            await album.take(person, screen, state, true);
        }
    }
    await answer(person, 'given');
    await visit(person, '/');
}

/** A screen of a scene in all its ways; where it has no address of its own, it stays as it is. */
async function inEveryWay(person, screen, address) {
    for (const [state, way] of Object.entries(FULL)) {
        if (address) {
            await dress(person, way);
            await visit(person, address);
        } else if (way.language) {
            continue;
        } else {
            await person.page.setViewportSize(way.size);
            await person.page.emulateMedia({ colorScheme: way.theme ?? 'light' });
        }
        await album.take(person, screen, state, way.checked);
    }
    if (address) {
        await dress(person, FULL.phone);
        await visit(person, address);
    }
}
