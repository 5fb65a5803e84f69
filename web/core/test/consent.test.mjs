// Two people in two browsers, one relay: consent, reading, writing, all through the shipped worker.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { closeAll, Person } from './support/person.mjs';
import { Relay } from './support/relay.mjs';
import { HEMOGLOBIN, everything, offerOf } from './support/samples.mjs';

let relay, asha, rao;
before(async () => {
    relay = await Relay.start();
    [asha, rao] = await Promise.all([Person.open(relay), Person.open(relay)]);
});
after(() => closeAll([relay], [asha, rao]));

test('two people begin, each with a name on the door', async () => {
    await asha.create('patient', 'Asha');
    await rao.create('practitioner', 'Dr Rao');
    const [row] = await asha.call('profiles');
    assert.deepEqual([row.role, row.name, row.relay, row.open, row.hasPasskey], ['patient', 'Asha', relay.url, true, false]);
    await asha.refused('vault.kit', 'query', 'kit');
    await asha.refused('portal.unlocked', 'create', { role: 'patient', name: 'Other', relay: relay.url }, 'a long passphrase');
});

test('a claim is seen and confirmed without anybody asking for news', async () => {
    await asha.command('addRecord', { fhir: HEMOGLOBIN });
    const { created: id } = await asha.command('offer', offerOf(['laboratory', 'visit']));
    const mine = (offers) => offers.find((offer) => offer.id === id);
    const { url } = mine(await asha.until('the code', (offers) => mine(offers)?.stage === 'open' && mine(offers).url, 'offers'));
    assert.equal((await rao.query('previewCode', url)).offer, id);
    await rao.command('claim', url, 'TREAT');
    const claimed = mine(await asha.until('the claim', (offers) => mine(offers)?.stage === 'claimed', 'offers'));
    assert.deepEqual([claimed.claimant.name, claimed.claimant.vouched, claimed.choices.length], ['Dr Rao', 'none', 3]);
    const theirs = (claims) => claims.find((claim) => claim.id === id);
    const claim = theirs(await rao.until('the symbols', (claims) => theirs(claims)?.symbols.length === 4, 'claims'));
    await asha.refused('claim.unvouched', 'command', 'confirm', id, undefined);
    await asha.command('confirm', id, claim.symbols.map((symbol) => symbol.name));
    await rao.until('the grant', ([access]) => access?.records > 0, 'accesses');
});

test('the doctor reads the very bytes, the patient learns of it, and a report comes back', async () => {
    const [{ id: grant }] = await rao.query('accesses');
    const [{ id: record }] = await rao.query('sharedRecords', grant, everything);
    await rao.command('fetchShared', grant, [record]);
    await rao.call('sync');
    await rao.command('openShared', grant, [record]);
    const read = await rao.query('sharedRecord', grant, record);
    assert.equal(read.summary.id, record);
    assert.deepEqual(read.fhir, HEMOGLOBIN);
    await asha.until('the receipt', (receipts) => receipts.length === 1, 'receipts');
    const { created } = await rao.command('writeReport', grant, { title: 'Visit', assessment: 'Iron deficiency' });
    await asha.until('the report', (records) => records.some((one) => one.id === created), 'records', everything);
    await rao.until('the answer', ([one]) => one?.stage === 'filed', 'submissions');
});

test('checks and exports run in steps and say how far they are', async () => {
    const checked = await asha.query('checkChain');
    assert.deepEqual([checked.bad, checked.blocks], [undefined, (await asha.query('chain')).blocks]);
    const file = await asha.query('exportAll');
    await asha.event('job');
    const verified = await asha.call('verifyExport', file, '');
    assert.deepEqual([verified.kind, verified.failures], ['chain', 0]);
});

test('a pair over two relays of different origins', async (t) => {
    const far = await Relay.start();
    const mira = await Person.open(far);
    t.after(() => closeAll([far], [mira]));
    await mira.create('practitioner', 'Dr Mira');
    const { created: id } = await asha.command('offer', offerOf(['laboratory']));
    const mine = (offers) => offers.find((offer) => offer.id === id);
    const { url } = mine(await asha.until('the code', (offers) => mine(offers)?.url, 'offers'));
    await asha.call('sync');
    await mira.command('claim', url, 'TREAT');
    const claims = await mira.until('the symbols', ([claim]) => claim?.symbols.length === 4, 'claims');
    await asha.until('the claim', (offers) => mine(offers)?.stage === 'claimed', 'offers');
    await asha.command('confirm', id, claims[0].symbols.map((symbol) => symbol.name));
    await mira.until('the grant', ([access]) => access?.records > 0, 'accesses');
});
