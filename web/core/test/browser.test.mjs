// What the browser must refuse and what it must be able to do: policies, passkeys, the conformance vectors.

import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { PASSPHRASE, Person, closeAll } from './support/person.mjs';
import { Relay } from './support/relay.mjs';

let relay, asha;
before(async () => {
    relay = await Relay.start();
    asha = await Person.open(relay);
});
after(() => closeAll([relay], [asha]));

test('the vectors of every format hold in this browser', async () => {
    const folder = new URL('../../../tests/vectors/', import.meta.url);
    // Numbers beyond 2^53 would be rounded on their way through JavaScript's own JSON.
    const parse = (text) => JSON.parse(text.replace(/([:[,]\s*)(\d{16,})(?=[,\]}\s])/g, '$1"number $2"'));
    const write = (value) => JSON.stringify(value).replace(/"number (\d+)"/g, '$1');
    const names = (await readdir(folder)).filter((file) => file.endsWith('.json'));
    const cases = (await Promise.all(names.map(async (name) => parse(await readFile(new URL(name, folder), 'utf8'))))).flat();
    const calls = cases.map(({ op, input }) => [op, write(input)]);
    const answers = await asha.page.evaluate((all) => globalThis.runVectors(all), calls);
    let compared = 0;
    for (const [place, { name, expect }] of cases.entries()) {
        const outcome = parse(answers[place]);
        // Operations on secrets are the vault's; its own tests replay them.
        if (outcome.code === 'vector.unknown') continue;
        assert.deepEqual(outcome, expect, name);
        compared += 1;
    }
    assert.ok(compared > 300, `only ${compared} cases were compared`);
});

test('the page may neither compile, nor evaluate, nor start scripts from elsewhere', async () => {
    const page = await asha.context.newPage();
    await page.goto(relay.url);
    // Evaluated by the page's own timer: what a test evaluates is not bound by the policy.
    const outcomes = await page.evaluate(async () => {
        const tries = {
            eval: () => (0, eval)('1'),
            function: () => new Function('return 1')(),
            wasm: () => WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0])),
            html: () => (document.createElement('p').innerHTML = '<b>x</b>'),
            worker: () => new Worker('/assets/x.js'),
            foreign: () => fetch('https://example.org/'),
        };
        const found = {};
        for (const [name, attempt] of Object.entries(tries)) {
            found[name] = await new Promise((resolve) => {
                setTimeout(async () => {
                    try {
                        await attempt();
                        resolve('allowed');
                    } catch {
                        resolve('refused');
                    }
                });
            });
        }
        return found;
    });
    const refused = Object.fromEntries(Object.keys(outcomes).map((name) => [name, 'refused']));
    assert.deepEqual(outcomes, refused);
    await page.close();
});

test('nothing is asked of a third party', async () => {
    const hosts = new Set();
    asha.context.on('request', (request) => hosts.add(new URL(request.url()).origin));
    await asha.create('patient', 'Asha');
    await asha.page.reload();
    await asha.call('profiles');
    assert.deepEqual([...hosts], [relay.url]);
});

async function authenticator(hasPrf) {
    const cdp = await asha.context.newCDPSession(asha.page);
    await cdp.send('WebAuthn.enable', { enableUI: false });
    await cdp.send('WebAuthn.addVirtualAuthenticator', {
        options: {
            protocol: 'ctap2',
            ctap2Version: 'ctap2_1',
            transport: 'internal',
            hasResidentKey: true,
            hasUserVerification: true,
            isUserVerified: true,
            automaticPresenceSimulation: true,
            hasPrf,
        },
    });
    return () => cdp.send('WebAuthn.disable');
}

test('a passkey opens the vault beside the passphrase, until it is taken away', async () => {
    const [{ id }] = await asha.call('profiles');
    await asha.call('open', id, PASSPHRASE);
    const away = await authenticator(true);
    await asha.call('addPasskey');
    assert.equal((await asha.call('current')).hasPasskey, true);
    await asha.call('lock');
    assert.equal((await asha.call('profiles'))[0].hasPasskey, true);
    await asha.call('openByPasskey', id);
    assert.equal((await asha.query('profile')).name, 'Asha');
    await asha.call('lock');
    await asha.call('open', id, PASSPHRASE);
    await asha.call('removePasskey');
    await asha.call('lock');
    await asha.refused('portal.passkey', 'openByPasskey', id);
    await away();
});

test('an authenticator without PRF is told apart, and nothing changes', async () => {
    const [{ id }] = await asha.call('profiles');
    await asha.call('open', id, PASSPHRASE);
    const away = await authenticator(false);
    await asha.refused('portal.passkey_unfit', 'addPasskey');
    assert.equal((await asha.call('current')).hasPasskey, false);
    await away();
});
