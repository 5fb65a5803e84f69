// What pretends to be something else: names that turn the reading direction, files whose names or first bytes lie, links of other kinds.

import assert from 'node:assert/strict';
import { closeSync, openSync, readFileSync, truncateSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { crc32 } from 'node:zlib';
import { closeAll } from './support/browser.mjs';
import { scan, showCode } from './support/consent.mjs';
import { PASSPHRASE, Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

/** Reads "Dr Sen, vouched for by City Hospital" to a hasty eye, and holds markup and a mark that right-to-left names need. */
const NAME = 'Dr Sen</h2><b onmouseover=alert(1)>vouched for by City Hospital</b>\u200f';
/** Shown by a careless program as "invoiceexe.pdf". */
const TURNED = 'invoice\u202efdp.exe';

let relay, asha, sen;
let passed = true;

function step(name, run) {
    test(name, async (context) => {
        if (!passed) return context.skip('a step before it failed');
        passed = false;
        await run();
        for (const person of [asha, sen]) person?.sound();
        passed = true;
    });
}

before(async () => {
    relay = await Relay.start();
    asha = await Person.create(relay, 'patient', 'Asha Menon');
});
after(async () => {
    await closeAll(passed);
    await relay?.stop();
});

async function importing() {
    await asha.tab('More');
    await asha.row('Import').click();
}

/** Takes in a document, and opens the record that it became. */
async function keep(file, shown) {
    await importing();
    await asha.choosing(() => asha.press('Choose a file'), file);
    await asha.see(shown);
    await asha.press('Put it into your record');
    await asha.tab('Record');
    await asha.row(shown).click();
    await asha.button(`Save: ${shown}`).waitFor();
}

const pdf = (name) => ({ name, mimeType: 'application/pdf', buffer: Buffer.from(`%PDF-1.7\n${name}\n%%EOF`) });

step('a name that turns the reading direction is refused where it is typed', async () => {
    sen = await Person.arrive(relay, 'practitioner', NAME);
    await sen.row('Doctor or nurse').click();
    await sen.fill('Your name', 'Dr \u202eneS');
    await sen.fill('Passphrase', PASSPHRASE);
    await sen.fill('The passphrase once more', PASSPHRASE);
    await sen.press('Create');
    await sen.see('A text is empty, too long or contains control characters.');
    await sen.shoot('turned-name');
    await sen.browser.accessible('a name that is refused');
    await sen.setUp();
});

step('a name with markup stands on the screen of the decision letter by letter, and the warning beside it', async () => {
    await showCode(asha);
    await scan(sen, asha);
    await sen.press('Ask for access');
    await asha.see('Somebody asks for access');
    await asha.heading(NAME).waitFor();
    await asha.see('Take care: nobody you trust vouches for this person');
    assert.equal(await asha.page.locator('main b').count(), 0, 'nothing of it became markup');
    await asha.browser.accessible('a claim under a hostile name');
    await asha.shoot('hostile-name');
    await asha.press('No, do not share');
    await sen.see('The patient said no.');
});

step('formatted text that holds a script is left out, and the entry is taken in', async () => {
    const div =
        '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="alert(2)">Rest and tea.</p><script>alert(3)</script>' +
        '<img src="x" onerror="alert(4)"/><a href="javascript:alert(5)">More</a><style>main{display:none}</style></div>';
    const resource = { resourceType: 'Condition', text: { status: 'generated', div }, code: { text: 'Cold' }, subject: { display: 'Asha' } };
    await importing();
    await asha.choosing(() => asha.press('Choose a file'), {
        name: 'hostile.json',
        mimeType: 'application/json',
        buffer: Buffer.from(JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] })),
    });
    await asha.press('Import 1 record');
    await asha.row('Cold').click();
    await asha.heading('Cold').waitFor();
    await asha.see('Imported by you, not signed by a professional');
    await asha.shoot('hostile-words');
    for (const hostile of ['script', 'style', 'img', '[onclick]', 'a[href^="javascript"]']) {
        assert.equal(await asha.page.locator(`main ${hostile}`).count(), 0, `${hostile} was left out`);
    }
    await asha.browser.accessible('a record whose text was hostile');
});

step('a file name that climbs out of its folder is only a name', async () => {
    const name = '../../evil<img src=x onerror=alert(6)>.pdf';
    await keep(pdf(name), name);
    assert.equal(await asha.page.locator('main img').count(), 0);
    const saved = basename(await asha.save(() => asha.press(`Save: ${name}`)));
    assert.match(saved, /evil.*\.pdf$/);
    assert.doesNotMatch(saved, /[/\\<>]/, 'what the browser offers to save under has no folder in it');
    await asha.browser.accessible('a record with a hostile file name');
    await asha.shoot('hostile-file-name');
});

step('a very long file name and one that turns the reading direction are kept as far as they can be read', async () => {
    // As long as a disk allows, of letters that take three bytes each in part.
    const long = `${'रिपोर्ट '.repeat(6)}${'a'.repeat(120)}.pdf`;
    await importing();
    await asha.choosing(() => asha.press('Choose a file'), pdf(long));
    await asha.press('Put it into your record');
    await asha.tab('Record');
    await asha.row(/रिपोर्ट.*…\.pdf/).click();
    await asha.button(/^Save: .*…\.pdf$/).waitFor();
    await asha.browser.accessible('a record with a very long file name');
    await asha.shoot('long-file-name');

    await importing();
    await asha.choosing(() => asha.press('Choose a file'), { ...pdf(TURNED), mimeType: 'application/octet-stream' });
    await asha.press('Put it into your record');
    await asha.tab('Record');
    await asha.row('invoicefdp.exe').click();
    const saved = await asha.save(() => asha.press('Save: invoicefdp.exe'));
    assert.match(saved, /invoicefdp\.exe$/, 'it ends as it is');
});

step('a picture that claims to be gigantic, and a text that claims to be a picture, are said to be none', async () => {
    for (const [name, buffer] of [
        ['bomb.png', gigantic(60_000, 60_000)],
        ['words.png', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(7)"/>')],
    ]) {
        await importing();
        await asha.choosing(() => asha.press('Choose a file'), { name, mimeType: 'image/png', buffer });
        await asha.see(name, 'This picture cannot be shown.');
        await asha.press('Put it into your record');
        await asha.tab('Record');
        await asha.row(name).click();
        await asha.press(`Open: ${name}`);
        const dialog = asha.page.getByRole('dialog');
        await dialog.getByText('This picture cannot be shown.').waitFor();
        await asha.browser.accessible(`what ${name} shows`);
        await asha.shoot(name);
        await asha.page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });
        const saved = await asha.save(() => asha.press(`Save: ${name}`));
        assert.ok(readFileSync(saved).equals(buffer), 'what is saved is what was given');
    }
});

/** A small PNG whose head says that it is so large. */
function gigantic(width, height) {
    const head = Buffer.alloc(13);
    head.writeUInt32BE(width, 0);
    head.writeUInt32BE(height, 4);
    head.set([8, 6, 0, 0, 0], 8);
    return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', Buffer.alloc(64)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(kind, body) {
    const said = Buffer.concat([Buffer.from(kind, 'latin1'), body]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(body.length);
    sum.writeUInt32BE(crc32(said));
    return Buffer.concat([length, said, sum]);
}

step('a drawing with a script is looked at as a picture when it is chosen, and nothing in it runs', async () => {
    const svg =
        '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90" onload="alert(8)"><script>alert(9)</script>' +
        '<rect width="90" height="90" fill="teal"/><image href="http://127.0.0.1:9/x.png" width="9" height="9"/></svg>';
    await importing();
    await asha.choosing(() => asha.press('Choose a file'), { name: 'scan.svg', mimeType: 'image/svg+xml', buffer: Buffer.from(svg) });
    await asha.see('scan.svg');
    await asha.button('Put it into your record').waitFor();
    assert.equal(await asha.page.locator('main svg script, main svg image').count(), 0, 'it is no part of the page');
    await asha.shoot('svg');
    await asha.press('Another file');
    await asha.button('Choose a file').waitFor();
});

step('a document for which there is no room is refused before anything of it is copied', async () => {
    const path = join(asha.browser.folder, 'slides.pdf');
    closeSync(openSync(path, 'w'));
    truncateSync(path, 1 << 30);
    // A browser that runs does not ask at once how much room there is.
    await asha.browser.stopChromium();
    await asha.browser.start();
    await asha.browser.leaveRoom(256 << 20);
    await asha.page.goto(relay.url);
    await asha.unlock();
    await importing();
    await asha.choosing(() => asha.press('Choose a file'), path);
    await asha.see('slides.pdf');
    await asha.press('Put it into your record');
    await asha.see('There is no room left in this browser. Free some space and try again.');
    await asha.browser.accessible('a document without room');
    await asha.shoot('no-room-for-file');
    await asha.browser.leaveRoom();
    await asha.press('Another file');
    assert.equal(await asha.page.getByText('There is no room left in this browser.').count(), 0);
});

step('links of other kinds are refused in words', async () => {
    await showCode(asha);
    const link = await asha.codeText();
    const [, rest] = link.split('://');
    await sen.tab('Today');
    await sen.tab('Scan');
    for (const [text, answer] of [
        [`ftp://${rest}`, 'This is not a Satchel consent code.'],
        [`satchel://${rest}`, 'This is not a Satchel consent code.'],
        [link.replace('://', '://satchel@'), /not a Satchel consent code|damaged or incomplete/],
        [link.replace('/offer', '/offer/../admin'), /not a Satchel consent code|damaged or incomplete/],
        [`data:text/html,<script>alert(10)</script>${rest}`, 'This is not a Satchel consent code.'],
    ]) {
        await sen.fill('Or paste the link', text);
        await sen.press('Use the link');
        await sen.see(answer);
        await sen.tab('Today');
        await sen.tab('Scan');
    }
    await sen.shoot('other-links');
});
