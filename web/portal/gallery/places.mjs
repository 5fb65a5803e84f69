// Screens that the tour by links does not come to, role by role: the route of each, and how its address is found.

/** Beneath what the links lead to, one after the other; a star stands for whatever a link names. */
const beneath = (links, then) => ({ links, then });
const PATIENT = ['/patients', '/patients/*'];

export const PLACES = {
    patient: {
        condition: beneath([], '/add/condition'),
        immunization: beneath([], '/add/immunization'),
        contact: beneath([], '/add/contact'),
        person: beneath([], '/add/person'),
        wish: beneath([], '/add/wish'),
        ask: beneath([], '/appointments/new'),
        appointment: beneath(['/appointments', '/appointments/*'], ''),
        narrow: beneath(['/access', '/access/*'], '/narrow'),
        erased: beneath([], '/erased'),
        recovered: beneath([], '/recovered'),
        unknown: beneath([], '/nothing-is-here'),
    },
    practitioner: {
        scan: beneath([], '/scan'),
        trust: beneath([], '/trust'),
        'patient-access': beneath(PATIENT, '?part=access'),
        report: beneath(PATIENT, '/write/report'),
        prescription: beneath(PATIENT, '/write/prescription'),
        request: beneath(PATIENT, '/write/request'),
        delegate: beneath(PATIENT, '/delegate'),
        appointment: beneath(['/calendar', '/calendar/*'], ''),
        order: beneath(['/orders?part=done', '/orders/*/*'], ''),
        'sent-record': beneath(['/sent', '/sent/*'], ''),
    },
    laboratory: {
        scan: beneath([], '/scan'),
        request: beneath(['/?state=filed', '/requests/*/*'], ''),
        patient: beneath(PATIENT, ''),
        record: beneath([...PATIENT, '/patients/*/records/*'], ''),
        result: beneath(PATIENT, '/write/result'),
        'sent-record': beneath(['/sent', '/sent/*'], ''),
        vouching: beneath([], '/vouching'),
        trust: beneath([], '/trust'),
    },
    organization: {
        scan: beneath([], '/scan'),
        desk: beneath([], '/desk'),
        trust: beneath([], '/trust'),
        acts: beneath([], '/officers/acts'),
        appointment: beneath(['/calendar', '/calendar/*'], ''),
    },
};

/** The route that an entry of the tour or of this list shows, with stars for its parts. */
export const routeOf = (place) => (Array.isArray(place) ? place.at(-1) : `${place.links.at(-1) ?? ''}${place.then}`).replace(/\?.*/, '');

/** Finds the address of a place on somebody's screens; nothing when there is nothing yet that it would lead to. */
export async function addressOf(person, place) {
    const { links, then } = Array.isArray(place) ? beneath(place, '') : place;
    let address = '';
    for (const link of links) {
        if (!link.includes('*')) {
            address = link;
        } else {
            address = await found(person, link);
            if (!address) return undefined;
        }
        if (link !== links.at(-1)) await visit(person, address);
    }
    return address + then;
}

async function found({ page }, link) {
    const [first, ...rest] = link.split('*');
    const within = rest.filter(Boolean).map((part) => `[href*="${part}"]`);
    const row = page.locator(`main a[href^="${first}"]${within.join('')}`).filter({ visible: true }).last();
    await row.waitFor({ timeout: 1_500 }).catch(() => {});
    return (await row.count()) > 0 ? row.getAttribute('href') : undefined;
}

/** Goes to an address as by a link. */
export async function visit({ page }, address) {
    await page.evaluate((to) => {
        const link = Object.assign(document.createElement('a'), { href: to });
        document.body.append(link);
        link.click();
        link.remove();
    }, address);
    await page.locator('main > .waiting').waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1 }).first().waitFor();
}
