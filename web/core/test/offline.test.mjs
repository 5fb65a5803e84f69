// The relay is gone: what was stored is read, what is written is kept and sent later; the page itself opens from this browser.

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
    await asha.command('addRecord', { fhir: HEMOGLOBIN });
    await asha.call('sync');
});
after(() => closeAll([relay], [asha]));

test('a command is kept while the relay is dead and sent when it is back', async () => {
    const { lastSynced } = await asha.call('network');
    assert.ok(lastSynced > 0);
    await relay.kill();
    await asha.command('addRecord', { fhir: HEMOGLOBIN });
    await asha.refused('portal.network', 'sync');
    const network = await asha.call('network');
    assert.deepEqual([network.state, network.lastSynced], ['unreachable', lastSynced]);
    assert.equal((await asha.query('records', everything)).length, 2);
    assert.ok((await asha.query('profile')).outbox > 0);
    await relay.resume();
    // Tasks wait for their time; nobody asks again.
    await asha.until('everything sent', (profile) => profile.outbox === 0, 'profile');
    assert.equal((await asha.call('network')).state, 'reached');
});

test('the browser is started again without a relay: the page opens, unlocks and reads', async () => {
    await asha.page.evaluate(async () => {
        await navigator.serviceWorker.ready;
    });
    await asha.page.reload();
    await asha.page.waitForFunction(() => navigator.serviceWorker.controller);
    await relay.kill();
    await asha.context.close();
    await asha.start();
    await asha.call('open', id, PASSPHRASE);
    assert.equal((await asha.query('records', everything)).length, 2);
    const address = new URL('/records/somewhere', relay.url).href;
    await asha.page.goto(address);
    await asha.call('open', id, PASSPHRASE);
    await asha.command('addRecord', { fhir: HEMOGLOBIN });
    await relay.resume();
    await asha.until('everything sent', (profile) => profile.outbox === 0, 'profile');
});

test('a newer portal waits until the person says so', async () => {
    await relay.renewPage();
    await relay.kill();
    await relay.resume();
    await asha.page.evaluate(async () => {
        await (await navigator.serviceWorker.getRegistration()).update();
    });
    await asha.event('update');
    const names = () => asha.page.evaluate(async () => (await caches.keys()).sort());
    assert.equal((await names()).length, 2, 'the old portal stays until then');
    await Promise.all([asha.page.waitForEvent('load'), asha.page.evaluate(() => void globalThis.core.update())]);
    await asha.page.waitForFunction(async () => (await caches.keys()).join() === 'portal-0000000000000000');
    await asha.call('open', id, PASSPHRASE);
    assert.equal((await asha.query('records', everything)).length, 3);
});

test('nothing of the vault is in the cache of the portal', async () => {
    const kept = await asha.page.evaluate(async () => {
        const [name] = await caches.keys();
        return (await (await caches.open(name)).keys()).map((request) => new URL(request.url).pathname);
    });
    assert.ok(kept.includes('/') && kept.length > 4);
    assert.deepEqual(kept.filter((path) => path.startsWith('/v1/')), []);
});
