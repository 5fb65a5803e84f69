// Every screen that can be reached by links, role by role: where its link stands, and by which links one comes there. Links are found by where
// they lead, because this tour is made in every language.

const MORE = ['/more'];
const SETTINGS = [...MORE, '/settings'];
/** What everybody has, whatever the role. */
const DEVICE = Object.fromEntries(['/devices', '/kit', '/outbox', '/verify', '/about'].map((path) => [path.slice(1), [...MORE, path]]));

/** Names of pictures, and the links to click one after the other; a star stands for whatever the link names. */
export const SCREENS = {
    patient: {
        home: ['/'],
        records: ['/records'],
        result: ['/records', '/records/*'],
        share: ['/share'],
        access: ['/access'],
        grant: ['/access', '/access/*'],
        more: MORE,
        add: ['/', '/add'],
        allergy: ['/', '/add', '/add/allergy'],
        measurement: ['/', '/add', '/add/measurement'],
        medicine: ['/', '/add', '/add/medicine'],
        medicines: [...MORE, '/medicines'],
        appointments: [...MORE, '/appointments'],
        receipts: [...MORE, '/receipts'],
        blocks: [...MORE, '/blocks'],
        block: [...MORE, '/blocks', '/blocks/*'],
        summary: [...MORE, '/summary'],
        emergency: [...MORE, '/emergency'],
        import: [...MORE, '/import'],
        export: [...MORE, '/export'],
        trust: [...MORE, '/trust'],
        settings: SETTINGS,
        ...DEVICE,
    },
    practitioner: {
        today: ['/'],
        patients: ['/patients'],
        patient: ['/patients', '/patients/*'],
        record: ['/patients', '/patients/*', '/patients/*/records/*'],
        calendar: ['/calendar'],
        orders: ['/orders'],
        more: MORE,
        sent: [...MORE, '/sent'],
        vouching: [...MORE, '/vouching'],
        desk: [...MORE, '/desk'],
        delegations: [...MORE, '/delegations'],
        deletions: [...MORE, '/deletions'],
        settings: SETTINGS,
        ...DEVICE,
    },
    laboratory: {
        inbox: ['/'],
        patients: ['/patients'],
        sent: ['/sent'],
        more: MORE,
        settings: SETTINGS,
        ...DEVICE,
    },
    organization: {
        home: ['/'],
        staff: ['/staff'],
        credential: ['/staff', '/staff/*'],
        vouch: ['/staff', '/staff/vouch'],
        team: ['/team'],
        calendar: ['/calendar'],
        more: MORE,
        officers: [...MORE, '/officers'],
        key: [...MORE, '/key'],
        settings: SETTINGS,
        ...DEVICE,
    },
};

/** Follows links that are on the screen. */
export async function follow(person, links) {
    for (const link of links) await place(person, link).click();
    await arrived(person);
}

/** The same where a link may be missing, because there is nothing yet that it would lead to: whether the screen was reached. */
export async function reachable(person, links) {
    for (const link of links) {
        const found = place(person, link);
        const there = await found.waitFor({ timeout: link.includes('*') ? 1_500 : 30_000 }).then(
            () => true,
            () => false,
        );
        if (!there) return false;
        await found.click();
    }
    await arrived(person);
    return true;
}

/** The screen before stays until the next one is there. */
async function arrived({ page }) {
    await page.locator('main > .waiting').waitFor({ state: 'detached' });
    await page.getByRole('heading', { level: 1 }).first().waitFor();
}

function place({ page }, link) {
    const [first, ...rest] = link.split('*');
    if (rest.length === 0) return page.locator(`a[href="${link}"]`).filter({ visible: true }).first();
    const within = rest.filter(Boolean).map((part) => `[href*="${part}"]`);
    // Buttons above a list lead elsewhere; the last one is a row.
    return page.locator(`main a[href^="${first}"]${within.join('')}`).filter({ visible: true }).last();
}
