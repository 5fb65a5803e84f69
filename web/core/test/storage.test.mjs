// One vault, many ends: a killed page, a second tab, a stolen lock, a core that traps, a relay that is gone, a lock.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PASSPHRASE, Person, closeAll } from './support/person.mjs';
import { Relay } from './support/relay.mjs';
import { HEMOGLOBIN, everything } from './support/samples.mjs';

let relay, asha, id;
before(async () => {
    relay = await Relay.start();
    asha = await Person.open(relay);
    id = await asha.create('patient', 'Asha');
});
after(() => closeAll([relay], [asha]));

const titles = async () => (await asha.query('records', everything)).length;

test('a page that is killed in the middle loses nothing that was stored', async () => {
    for (let round = 1; round <= 3; round += 1) {
        const before = await titles();
        await asha.command('addRecord', { fhir: HEMOGLOBIN });
        // The next ones are under way when the page goes: stored whole, or never happened.
        const page = asha.page;
        const several = page.evaluate(
            (fhir) => Promise.all(Array.from({ length: 5 }, () => globalThis.core.command('addRecord', { fhir }))),
            HEMOGLOBIN,
        );
        several.catch(() => {});
        asha.page = await asha.context.newPage();
        asha.watch(asha.page);
        const cdp = await asha.context.newCDPSession(page);
        cdp.send('Page.crash').catch(() => {});
        await page.waitForEvent('crash');
        await page.close();
        await asha.page.goto(relay.url);
        await asha.call('open', id, PASSPHRASE);
        const kept = await titles();
        assert.ok(kept > before && kept <= before + 6, `${kept} after ${before}`);
        const { outbox } = await asha.call('sync');
        assert.equal(outbox, 0);
        assert.equal((await asha.query('checkChain')).bad, undefined);
    }
});

test('a second tab is told that the vault is open elsewhere, until it is not', async () => {
    const other = await asha.tab();
    const [row] = await asha.callIn(other, 'profiles');
    assert.equal(row.open, true);
    await assert.rejects(asha.callIn(other, 'open', id, PASSPHRASE), { code: 'portal.elsewhere' });
    await assert.rejects(asha.callIn(other, 'remove', id), { code: 'portal.elsewhere' });
    await asha.call('lock');
    await asha.event('profiles', {}, other);
    await asha.callIn(other, 'open', id, PASSPHRASE);
    await asha.refused('portal.elsewhere', 'open', id, PASSPHRASE);
    // Whoever closes the tab lets the other in.
    await other.close();
    await asha.call('open', id, PASSPHRASE);
});

test('locking ends everything; the wrong passphrase opens nothing', async () => {
    await asha.call('lock');
    await asha.event('locked', { reason: 'asked' });
    await asha.refused('portal.locked', 'query', 'records', everything);
    await asha.refused('entry.passphrase', 'open', id, `${PASSPHRASE}!`);
    assert.equal(await asha.call('current'), undefined);
    await asha.call('open', id, PASSPHRASE);
    await asha.call('changePassphrase', 'another long passphrase');
    await asha.call('lock');
    await asha.refused('entry.passphrase', 'open', id, PASSPHRASE);
    await asha.call('open', id, 'another long passphrase');
    await asha.call('changePassphrase', PASSPHRASE);
});

test('nobody there: the vault locks itself', async () => {
    const page = await asha.tab();
    await asha.call('lock');
    await page.clock.install();
    await page.reload();
    await page.evaluate(() => globalThis.core.lockAfter(60));
    await asha.callIn(page, 'open', id, PASSPHRASE);
    await page.clock.fastForward(30_000);
    // A turn of the wheel may arrive later than its call ends; a key does not.
    await page.keyboard.press('Shift');
    await page.clock.fastForward(50_000);
    assert.equal((await asha.callIn(page, 'current')).id, id);
    await page.clock.fastForward(70_000);
    await asha.event('locked', { reason: 'idle' }, page);
    await page.evaluate(() => globalThis.core.lockAfter(900));
    await page.close();
    await asha.call('open', id, PASSPHRASE);
});

test('another writer over the same store: the first one must open again', async () => {
    const other = await asha.tab();
    // The lock is taken away as a browser without locks would never have given it.
    await other.evaluate(
        (name) => new Promise((resolve) => void navigator.locks.request(name, { steal: true }, async () => resolve())),
        `satchel-vault-${id}`,
    );
    await asha.callIn(other, 'open', id, PASSPHRASE);
    await asha.callIn(other, 'command', 'addRecord', { fhir: HEMOGLOBIN });
    const before = (await asha.callIn(other, 'query', 'records', everything)).length;
    // By this command, or by news that the driver met first.
    await assert.rejects(asha.command('addRecord', { fhir: HEMOGLOBIN }), (error) => /^(vault.conflict|portal.locked)$/.test(error.code));
    await asha.event('locked', { reason: 'conflict' });
    await asha.refused('portal.locked', 'query', 'profile');
    await other.close();
    await asha.call('open', id, PASSPHRASE);
    assert.equal(await titles(), before);
});

test('a core that traps is thrown away, and the vault opens again', async () => {
    const before = await titles();
    // More bytes than the module can ever hold: its allocator aborts.
    await asha.refused('portal.ended', 'query', 'previewImport', { length: 0xffff_ffff });
    await asha.event('locked', { reason: 'ended' });
    await asha.refused('portal.locked', 'query', 'profile');
    await asha.call('open', id, PASSPHRASE);
    assert.equal(await titles(), before);
});

test('arguments of a wrong type are refused and harm nothing', async () => {
    await asha.refused('vault.value', 'command', 'addAllergy', { substance: 7 });
    await asha.refused('portal.defect', 'query', 'noSuchMethod');
    assert.ok((await titles()) > 0);
});

test('several vaults live in one browser, and one that is deleted leaves nothing', async () => {
    await asha.call('lock');
    const { id: second } = await asha.call('create', { role: 'practitioner', name: 'Dr Asha', relay: relay.url }, PASSPHRASE);
    // Both may have been opened in one second: their order says nothing.
    const rows = (await asha.call('profiles')).map((row) => [row.name, row.open]);
    assert.deepEqual(rows.sort(), [['Asha', false], ['Dr Asha', true]]);
    await asha.refused('portal.unlocked', 'remove', second);
    await asha.call('lock');
    await asha.call('remove', second);
    await asha.refused('portal.no_profile', 'open', second, PASSPHRASE);
    const databases = await asha.page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name).sort());
    assert.deepEqual(databases, ['satchel', `satchel-vault-${id}`]);
    await asha.call('open', id, PASSPHRASE);
});

test('a vault that cannot be made leaves nothing on the door', async () => {
    await asha.call('lock');
    await asha.refused('vault.role', 'create', { role: 'king', name: 'X', relay: relay.url }, PASSPHRASE);
    await asha.refused('crypto.word_count', 'join', 'one two three', relay.url, PASSPHRASE);
    assert.equal((await asha.call('profiles')).length, 1);
    const databases = await asha.page.evaluate(async () => (await indexedDB.databases()).length);
    assert.equal(databases, 2);
    await asha.call('open', id, PASSPHRASE);
});

test('what lies in the browser is sealed', async () => {
    const found = await asha.page.evaluate(async (name) => {
        const open = indexedDB.open(name);
        await new Promise((resolve, reject) => Object.assign(open, { onsuccess: resolve, onerror: reject }));
        const all = open.result.transaction('entries').objectStore('entries').getAll();
        await new Promise((resolve) => Object.assign(all, { onsuccess: resolve }));
        open.result.close();
        const text = all.result.map((bytes) => new TextDecoder('latin1').decode(bytes)).join('');
        return { entries: all.result.length, plain: ['Asha', 'Hemoglobin', '718-7'].filter((word) => text.includes(word)) };
    }, `satchel-vault-${id}`);
    assert.ok(found.entries > 10);
    assert.deepEqual(found.plain, []);
});
