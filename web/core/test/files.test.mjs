// Files of some size: copied sealed, sent in parts, paused, gone on with after a reload, fetched again.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { PASSPHRASE, Person, closeAll } from './support/person.mjs';
import { Relay } from './support/relay.mjs';
import { everything, offerOf } from './support/samples.mjs';

const MEGABYTE = 1 << 20;
let relay, asha, id;
before(async () => {
    relay = await Relay.start();
    asha = await Person.open(relay);
    id = await asha.create('patient', 'Asha');
});
after(() => closeAll([relay], [asha]));

/** The same bytes here and in the page, without carrying them across. */
const make = `(size, seed) => {
    const bytes = new Uint8Array(size);
    for (let place = 0, state = seed; place < size; place += 1) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        bytes[place] = state >>> 16;
    }
    return bytes;
}`;
const digest = (size, seed) => createHash('sha256').update(eval(make)(size, seed)).digest('hex');

function add(person, call, name, size, seed, ...rest) {
    return person.page.evaluate(
        async ([source, path, title, length, start, more]) => {
            const file = new File([(0, eval)(source)(length, start)], title, { type: 'application/pdf' });
            const given = path === 'attach' ? [[file]] : [...more, file];
            const answer = await globalThis.core.files[path](...given);
            return answer.ok ? answer.value : answer.error.code;
        },
        [make, call, name, size, seed, rest],
    );
}

/** Fetches in the page and tells size, type and hash. */
function fetched(person, place) {
    return person.page.evaluate(async (where) => {
        const answer = await globalThis.core.files.download(where);
        if (!answer.ok) return answer.error.code;
        const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await answer.value.arrayBuffer()));
        const hex = [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('');
        return [answer.value.size, answer.value.type, hex];
    }, place);
}

const pieces = (person, vault) =>
    person.page.evaluate(async (name) => {
        const open = indexedDB.open(name);
        await new Promise((resolve) => Object.assign(open, { onsuccess: resolve }));
        const count = open.result.transaction('pieces').objectStore('pieces').count();
        await new Promise((resolve) => Object.assign(count, { onsuccess: resolve }));
        open.result.close();
        return count.result;
    }, `satchel-vault-${vault}`);

/** Copies go soon after nobody needs them; what never goes ends by the time limit. */
async function noPieces() {
    const end = Date.now() + 60_000;
    while ((await pieces(asha, id)) > 0) {
        assert.ok(Date.now() < end, 'a copy stayed');
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

test('a file is taken in, sent with progress, and fetched whole', async () => {
    const size = 3 * MEGABYTE + 17;
    await add(asha, 'add', 'scan.pdf', size, 1);
    await asha.event('copying', { name: 'scan.pdf' });
    await asha.event('progress');
    const [record] = await asha.until('the record', (records) => records.length === 1, 'records', everything);
    await asha.until('nothing on its way', (files) => files.length === 0, 'files');
    assert.deepEqual(await fetched(asha, { record: record.id, index: 0 }), [size, 'application/pdf', digest(size, 1)]);
    await noPieces();
});

test('a paused upload goes on after the browser was closed, from the sealed copy alone', async () => {
    const size = 6 * MEGABYTE;
    await relay.kill();
    await add(asha, 'add', 'large.pdf', size, 2);
    const [file] = await asha.query('files');
    await asha.call('files.pause', file.id);
    assert.deepEqual((await asha.query('files')).map((one) => [one.stage, one.code]), [['stopped', 'file.paused']]);
    await asha.page.reload();
    await asha.call('open', id, PASSPHRASE);
    assert.equal(await pieces(asha, id), 6);
    assert.equal((await asha.query('files'))[0].code, 'file.paused');
    await relay.resume();
    await asha.call('files.resume', file.id);
    const all = await asha.until('the record', (records) => records.length === 2, 'records', everything);
    const { id: record } = all.find((one) => one.title?.includes('large')) ?? all[0];
    assert.deepEqual(await fetched(asha, { record, index: 0 }), [size, 'application/pdf', digest(size, 2)]);
});

test('a page killed while a file is sent goes on by itself once unlocked', async () => {
    await add(asha, 'add', 'third.pdf', 8 * MEGABYTE, 3);
    await asha.until('the first part', ([file]) => !file || file.stored > 0, 'files');
    await asha.page.reload();
    await asha.call('open', id, PASSPHRASE);
    await asha.until('the record', (records) => records.length === 3, 'records', everything);
    await asha.until('nothing on its way', (files) => files.length === 0, 'files');
});

test('a copy that is gone waits for the person, who chooses the file again', async () => {
    await relay.kill();
    await add(asha, 'add', 'fourth.pdf', 2 * MEGABYTE, 4);
    const [{ id: upload }] = await asha.query('files');
    await asha.page.reload();
    await asha.page.evaluate(async (name) => {
        const open = indexedDB.open(name);
        await new Promise((resolve) => Object.assign(open, { onsuccess: resolve }));
        const clear = open.result.transaction('pieces', 'readwrite').objectStore('pieces').clear();
        await new Promise((resolve) => Object.assign(clear, { onsuccess: resolve }));
        open.result.close();
    }, `satchel-vault-${id}`);
    await relay.resume();
    await asha.call('open', id, PASSPHRASE);
    await asha.until('the stop', ([file]) => file.code === 'file.vanished', 'files');
    await add(asha, 'resume', 'fourth.pdf', 2 * MEGABYTE, 4, upload);
    await asha.until('the record', (records) => records.length === 4, 'records', everything);
});

test('a file that is given up leaves nothing here', async () => {
    await relay.kill();
    await add(asha, 'add', 'fifth.pdf', 2 * MEGABYTE, 5);
    const [{ id: upload }] = await asha.query('files');
    await asha.call('files.cancel', upload);
    assert.deepEqual(await asha.query('files'), []);
    await noPieces();
    await relay.resume();
    await asha.until('everything sent', (profile) => profile.outbox === 0, 'profile');
});

test('a doctor sends a file with a report, and the patient fetches it', async (t) => {
    const rao = await Person.open(relay);
    t.after(() => closeAll([], [rao]));
    await rao.create('practitioner', 'Dr Rao');
    const { created: offer } = await asha.command('offer', offerOf(['visit']));
    const mine = (offers) => offers.find((one) => one.id === offer);
    const { url } = mine(await asha.until('the code', (offers) => mine(offers)?.url, 'offers'));
    await asha.call('sync');
    await rao.command('claim', url, 'TREAT');
    const [claim] = await rao.until('the symbols', ([one]) => one?.symbols.length === 4, 'claims');
    await asha.until('the claim', (offers) => mine(offers)?.stage === 'claimed', 'offers');
    await asha.command('allowFiles', offer, 64 * MEGABYTE);
    await asha.command('confirm', offer, claim.symbols.map((symbol) => symbol.name));
    const [{ id: grant }] = await rao.until('the grant', ([access]) => access !== undefined, 'accesses');
    const size = MEGABYTE + 3;
    await add(rao, 'attach', 'picture.pdf', size, 6);
    await rao.command('writeReport', grant, { title: 'With a picture', assessment: 'See the picture' });
    const all = await asha.until('the report', (records) => records.length === 5, 'records', everything);
    const { id: record } = all.find((one) => one.attachments === 1 && one.category === 'visit');
    assert.deepEqual(await fetched(asha, { record, index: 0 }), [size, 'application/pdf', digest(size, 6)]);
});
