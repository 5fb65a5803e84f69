// A visit and a laboratory request, whole, through the browser's binding against a real relay process.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { PASSPHRASE, Person, Vault, now, sawPhrase, startRelay, syncAll, utf8 } from './support/platform.mjs';
import { HEMOGLOBIN } from './support/samples.mjs';

const DAY = 86_400;
const everything = { categories: [] };

function offerOf(categories, rights = ['read', 'append', 'order']) {
    return {
        categories,
        records: [],
        ongoing: true,
        rights: rights.map((right) => ({ right, seconds: DAY })),
        hidden: [],
        lifetime: 600,
    };
}

/** The patient shows a code; the other takes it; both see where they stand. */
async function consent(patient, claimant, request, purpose) {
    const id = patient.run((vault, time) => vault.offer(request, time)).created;
    await patient.sync();
    const code = patient.vault.offers(now()).find((offer) => offer.id === id).url;
    assert.ok(code.length <= 300);
    claimant.run((vault, time) => vault.claim(code, purpose, time));
    await syncAll(claimant, patient, claimant);
    const offer = () => patient.vault.offers(now()).find((other) => other.id === id);
    const claim = () => claimant.vault.claims().find((other) => other.id === id);
    return { id, code, offer, claim };
}

/** Fetches and opens every record under a grant and gives them in full. */
async function readAll(reader, grant) {
    const ids = reader.vault.sharedRecords(grant, everything).map((record) => record.id);
    reader.run((vault, time) => vault.fetchShared(grant, ids, time));
    await reader.sync();
    reader.run((vault, time) => vault.openShared(grant, ids, time));
    return ids.map((id) => reader.ask((vault, time) => vault.sharedRecord(grant, id, time)));
}

describe('a consultation', () => {
    let relay, asha, rao, lab, clinic, grant, labGrant, requestId, resultId;

    before(async () => {
        relay = await startRelay();
    });
    after(() => relay.stop());

    test('four people begin', async () => {
        asha = Person.create('patient', 'Asha', relay);
        rao = Person.create('practitioner', 'Dr Rao', relay);
        lab = Person.create('laboratory', 'City Lab', relay);
        clinic = Person.create('organization', 'City Clinic', relay);
        assert.equal(asha.vault.profile().stage, 'founding');
        assert.equal(asha.vault.kit()[0].split(' ').length, 24);
        assert.equal(clinic.vault.kit().length, 2, 'an organization keeps its next key apart');
        await syncAll(asha, rao, lab, clinic);
        for (const person of [asha, rao, lab, clinic]) {
            const profile = person.vault.profile();
            assert.deepEqual([profile.stage, profile.outbox, profile.stopped], ['ready', 0, []]);
            person.vault.forgetKit();
            person.refused('vault.kit', (vault) => vault.kit());
        }
    });

    test('the clinic vouches for its doctor and its laboratory', async () => {
        for (const [member, role] of [[rao, 'practitioner'], [lab, 'laboratory']]) {
            const request = member.ask((vault, time) => vault.credentialRequest(time));
            const id = clinic.run((vault, time) => vault.vouch(request, role, 'L-123', 365, time)).created;
            await clinic.sync();
            const credential = clinic.ask((vault) => vault.credential(id));
            member.run((vault, time) => vault.acceptCredential(credential, time));
            await member.sync();
            assert.equal(member.ask((vault, time) => vault.credentials(time))[0].role, role);
        }
        assert.equal(clinic.vault.staff().length, 2);
        const card = clinic.ask((vault) => vault.organizationCard());
        const flipped = card.slice();
        flipped[flipped.length >> 1] ^= 1;
        assert.throws(() => asha.run((vault, time) => vault.trustCard(flipped, time)), (error) => Boolean(error.code));
        for (const person of [asha, rao]) {
            person.run((vault, time) => vault.trustCard(card, time));
            await person.sync();
            assert.deepEqual(person.vault.trusted().map((one) => one.name), ['City Clinic']);
        }
    });

    test('the patient files her own data, an import and a paper', async () => {
        asha.run((vault, time) => vault.addRecord({ fhir: HEMOGLOBIN }, time));
        asha.run((vault, time) => vault.addAllergy({ substance: 'Penicillin', criticality: 'high', reactions: ['rash'] }, time));
        const bundle = utf8(JSON.stringify({
            resourceType: 'Bundle',
            type: 'collection',
            entry: [
                { resource: JSON.parse(new TextDecoder().decode(HEMOGLOBIN)) },
                {
                    resource: {
                        resourceType: 'Condition',
                        clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
                        code: { coding: [{ system: 'http://snomed.info/sct', code: '38341003', display: 'Hypertension' }], text: 'Hypertension' },
                        subject: { reference: 'urn:uuid:0a0a0a0a-0000-4000-8000-000000000001' },
                        onsetDateTime: '2019',
                    },
                },
            ],
        }));
        const found = asha.ask((vault) => vault.previewImport(bundle));
        assert.ok(found[0].duplicate, 'the same value again is found');
        const chosen = found.filter((candidate) => !candidate.duplicate).map((candidate) => candidate.index);
        assert.deepEqual(chosen, [1]);
        asha.run((vault, time) => vault.import(bundle, chosen, time));
        const paper = new Uint8Array(3000).map((_, place) => place % 251);
        asha.run((vault, time) => vault.importFile('letter.pdf', 'application/pdf', paper, time));
        await asha.sync();
        const list = asha.vault.records(everything);
        assert.equal(list.length, 4);
        const letter = list.find((record) => record.attachments === 1);
        assert.deepEqual(asha.ask((vault) => vault.attachment(letter.id, 0)), paper);
        const hemoglobin = asha.vault.records({ categories: [], code: '718-7' });
        assert.equal(hemoglobin.length, 1);
        assert.deepEqual(asha.ask((vault, time) => vault.record(hemoglobin[0].id, time)).fhir, HEMOGLOBIN);
    });

    test('an offer is claimed by the doctor alone, through a restart, and confirmed', async () => {
        const { id, code, offer, claim } = await consent(asha, rao, offerOf(['laboratory', 'visit', 'order', 'medication']), 'TREAT');
        const thief = Person.create('practitioner', 'Dr Rao', relay);
        await thief.sync();
        assert.equal(thief.vault.previewCode(code).offer, id, 'looking claims nothing');
        thief.run((vault, time) => vault.claim(code, 'TREAT', time));
        await thief.sync();
        assert.deepEqual([thief.vault.claims()[0].stage, thief.vault.claims()[0].reason], ['failed', 'offer.claimed']);

        asha.reopen();
        rao.reopen();
        await syncAll(asha, rao);
        assert.equal(offer().attempts, 1);
        sawPhrase(asha, 'show.second_claim');
        assert.equal(offer().stage, 'claimed');
        assert.deepEqual(
            [offer().claimant.name, offer().claimant.vouched, offer().claimant.organization_name],
            ['Dr Rao', 'trusted', 'City Clinic'],
        );
        assert.equal(offer().symbols.length, 4);
        assert.deepEqual(offer().symbols, claim().symbols);
        asha.run((vault, time) => vault.confirm(id, undefined, time));
        await syncAll(asha, rao);
        assert.equal(claim().stage, 'confirmed');
        grant = rao.vault.accesses(now())[0];
        assert.deepEqual([grant.name, grant.state, grant.witness], ['Asha', 'live', 'latest.relay_only']);
    });

    test('the doctor reads what is in scope, and the receipt arrives', async () => {
        assert.equal(grant.records, 1, 'allergy, problem and letter are not in scope');
        const [id] = rao.vault.sharedRecords(grant.id, everything).map((record) => record.id);
        rao.refused('vault.state', (vault, time) => vault.sharedRecord(grant.id, id, time));
        const [read] = await readAll(rao, grant.id);
        assert.deepEqual(read.fhir, HEMOGLOBIN);
        assert.deepEqual(read.parts[0].values[0].value, '9.8');
        await syncAll(rao, asha);
        const [receipt] = asha.vault.receipts();
        assert.deepEqual([receipt.name, receipt.records], ['Dr Rao', [id]]);
        assert.ok(asha.vault.grants(now())[0].last_opened);
    });

    test('the doctor writes a report, a prescription and a laboratory request', async () => {
        rao.run((vault, time) => vault.writeReport(grant.id, { title: 'Visit', reason: 'Tired', assessment: 'Anaemia', plan: 'Iron' }, time));
        rao.run((vault, time) => vault.writePrescription(grant.id, {
            medicine: 'Ferrous sulfate 200 mg',
            dosage: { instruction: 'One tablet a day', dose: '1', dose_unit: 'tablet', frequency: 1, when: [], as_needed: false },
        }, time));
        const request = { tests: [{ code: '718-7', display: 'Hemoglobin' }], reason: 'Anaemia', priority: 'routine' };
        requestId = rao.run((vault, time) => vault.writeLabRequest(grant.id, request, time)).created;
        await syncAll(rao, asha, rao);
        const sent = rao.vault.submissions();
        assert.deepEqual(sent.map((submission) => submission.stage), ['filed', 'filed', 'filed']);
        const filed = asha.vault.records(everything);
        assert.equal(filed.length, 7);
        const report = filed.find((record) => record.category === 'visit');
        const shown = asha.ask((vault, time) => vault.record(report.id, time));
        assert.deepEqual([shown.standing.authentic, shown.standing.vouched, shown.standing.organization], ['authentic', 'trusted', 'City Clinic']);
        rao.refused('build.missing', (vault, time) => vault.writeReport(grant.id, { title: ' ' }, time));
    });

    test('the laboratory takes the request and answers it', async () => {
        const { id, offer, claim } = await consent(asha, lab, offerOf(['order']), 'TREAT');
        assert.deepEqual([offer().claimant.vouched, offer().claimant.role], ['trusted', 'laboratory']);
        assert.deepEqual(offer().symbols, claim().symbols);
        asha.run((vault, time) => vault.confirm(id, undefined, time));
        await syncAll(asha, lab);
        labGrant = lab.vault.accesses(now())[0].id;
        const [order] = await readAll(lab, labGrant);
        assert.equal(order.summary.id, requestId);
        const result = {
            panel: 'Blood count',
            code: '58410-2',
            specimen: 'blood',
            specimens: [],
            values: [{ name: 'Hemoglobin', code: '718-7', value: '10.4', unit: 'g/dL', low: '12.0', high: '15.5' }],
        };
        resultId = lab.run((vault, time) => vault.writeResult(labGrant, requestId, result, time)).created;
        await syncAll(lab, asha, lab, rao);
        assert.equal(lab.vault.submissions()[0].stage, 'filed');

        const values = (view) => view.parts.flatMap((part) => part.values.map(({ value, unit, low, high, level }) => ({ value, unit, low, high, level })));
        const own = asha.ask((vault, time) => vault.record(resultId, time));
        assert.equal(own.summary.replies_to, requestId);
        const doctors = (await readAll(rao, grant.id)).find((record) => record.summary.id === resultId);
        assert.deepEqual(values(doctors), values(own));
        assert.deepEqual(doctors.fhir, own.fhir);
        assert.ok(values(own).some(({ value, unit, level }) => value === '10.4' && unit === 'g/dL' && level === 'low'));
        assert.equal(doctors.standing.authentic, 'authentic');
        await syncAll(rao, asha);
        assert.equal(asha.vault.receipts().length, 3, 'the doctor twice, the laboratory once');
    });

    test('the chain is whole, and a flipped byte is seen in any block', () => {
        const checked = asha.ask((vault) => vault.checkChain());
        assert.deepEqual([checked.bad, checked.code], [undefined, undefined]);
        assert.equal(checked.blocks, asha.vault.chain().blocks);
        for (const { sequence, previous } of asha.vault.blocks(0, checked.blocks)) {
            const block = asha.ask((vault) => vault.block(sequence));
            assert.equal(block.failure, undefined);
            assert.equal(block.previous, previous);
            for (const place of [0, block.bytes.length >> 1, block.bytes.length - 1]) {
                const bytes = block.bytes.slice();
                bytes[place] ^= 1;
                assert.ok(asha.ask((vault) => vault.inspect(sequence, bytes)).failure, `block ${sequence}, byte ${place}`);
            }
        }
    });

    test('an export is verified without vault and relay, and a flipped byte is seen', () => {
        const trusted = clinic.ask((vault) => vault.organization()).line;
        const file = asha.ask((vault, time) => vault.exportRecords([resultId], time));
        const proven = Vault.verifyExport(file, trusted, now());
        assert.deepEqual([proven.kind, proven.failures, proven.records.length], ['selection', 0, 1]);
        assert.deepEqual(proven.records[0].fhir, asha.ask((vault, time) => vault.record(resultId, time)).fhir);
        const whole = Vault.verifyExport(asha.ask((vault, time) => vault.exportAll(time)), trusted, now());
        assert.deepEqual([whole.kind, whole.failures, whole.blocks], ['chain', 0, asha.vault.chain().blocks]);
        for (let place = 0; place < file.length; place += 97) {
            const bytes = file.slice();
            bytes[place] ^= 1;
            let failures;
            try {
                ({ failures } = Vault.verifyExport(bytes, trusted, now()));
            } catch (error) {
                assert.ok(error.code, `byte ${place}: ${error}`);
                failures = 1;
            }
            assert.ok(failures > 0, `byte ${place}`);
        }
    });
});

describe('nobody vouches', () => {
    let relay, asha, rao;

    before(async () => {
        relay = await startRelay();
        asha = Person.create('patient', 'Asha', relay);
        rao = Person.create('practitioner', 'Dr Rao', relay);
        await syncAll(asha, rao);
    });
    after(() => relay.stop());

    const names = (row) => row.map((symbol) => symbol.name);

    test('the patient must pick the row on the doctor\'s screen', async () => {
        const { id, offer, claim } = await consent(asha, rao, offerOf(['laboratory']), 'TREAT');
        assert.equal(offer().claimant.vouched, 'none');
        assert.deepEqual(offer().symbols, []);
        assert.equal(offer().choices.length, 3);
        asha.refused('claim.unvouched', (vault, time) => vault.confirm(id, undefined, time));
        asha.refused('claim.symbols', (vault, time) => vault.confirm(id, ['no', 'such', 'symbols', 'here'], time));
        const row = offer().choices.find((choice) => names(choice).join() === names(claim().symbols).join());
        asha.run((vault, time) => vault.confirm(id, names(row), time));
        await syncAll(asha, rao);
        assert.equal(claim().stage, 'confirmed');
    });

    test('symbols that differ end the offer', async () => {
        const { id, offer, claim } = await consent(asha, rao, offerOf(['laboratory']), 'TREAT');
        const other = offer().choices.find((choice) => names(choice).join() !== names(claim().symbols).join());
        asha.run((vault, time) => vault.confirm(id, names(other), time));
        sawPhrase(asha, 'show.symbols_differ');
        await syncAll(asha, rao);
        assert.deepEqual([offer().stage, claim().stage], ['declined', 'declined']);
        assert.equal(asha.vault.grants(now()).length, 1);
    });

    test('an expired code is refused', async () => {
        const id = asha.run((vault, time) => vault.offer(offerOf(['laboratory']), time)).created;
        await asha.sync();
        const code = asha.vault.offers(now()).find((offer) => offer.id === id).url;
        rao.run((vault, time) => vault.claim(code, 'TREAT', time));
        await syncAll(rao, asha);
        asha.refused('offer.expired', (vault, time) => vault.confirm(id, undefined, time + 3600));
    });

    test('a wrong passphrase opens nothing; a flipped entry is refused', () => {
        assert.throws(() => Vault.open(asha.store.index(), `${PASSPHRASE}!`), { code: 'entry.passphrase' });
        const entries = asha.store.index().map((entry) => ({ ...entry, value: entry.value.slice() }));
        const index = entries.find((entry) => entry.key.startsWith('i'));
        index.value[index.value.length >> 1] ^= 1;
        assert.throws(() => Vault.open(entries, PASSPHRASE), { code: 'entry.damaged' });
    });

    test('two façades over one store: the second writer must open again', () => {
        const second = new Person(Vault.open(asha.store.index(), PASSPHRASE), asha.store);
        asha.run((vault, time) => vault.addRecord({ fhir: HEMOGLOBIN }, time));
        second.refused('vault.conflict', (vault, time) => vault.addRecord({ fhir: HEMOGLOBIN }, time));
        second.reopen();
        second.run((vault, time) => vault.addRecord({ fhir: HEMOGLOBIN }, time));
        assert.equal(second.vault.records(everything).length, 2);
    });
});
