// One consultation in three languages: the patient in Kotlin, the doctor in Swift, laboratory and clinic in the command line, one relay.

import assert from 'node:assert/strict';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { DAY, Desk, LANGUAGES, Player, base64, bytesOf, grown, scratch, startRelay } from './support/people.mjs';

const PATIENT = LANGUAGES.Kotlin;
const MIB = 1 << 20;

const OBSERVATION = JSON.stringify({
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }], text: 'Hemoglobin' },
    effectiveDateTime: '2026-11-20',
    valueQuantity: { value: 9.8, unit: 'g/dL', system: 'http://unitsofmeasure.org', code: 'g/dL' },
});

const offerOf = (categories, rights = ['read', 'append', 'order']) => ({
    request: { categories, ongoing: true, rights: rights.map((right) => ({ right, seconds: DAY })), lifetime: 600 },
});

for (const [language, DOCTOR] of Object.entries(LANGUAGES)) {
    const skip = !PATIENT ? 'SATCHEL_PATIENT_MAIN names no program' : !DOCTOR ? `the doctor's program in ${language} is not built here` : false;
    describe(`a consultation, the doctor in ${language}`, { skip }, () => {
        let relay, clinic, lab, asha, rao, grant, labGrant, requestId, resultId;

        const offers = async (id) => (await asha.content('share.load')).offers.find((offer) => offer.id === id);
        const read = async (id) => {
            const { records } = await rao.content('patients.choose', { grant });
            const ids = records.map((record) => record.id);
            await rao.ok('patients.fetch', { grant, records: ids });
            await rao.sync();
            await rao.ok('patients.open', { grant, records: ids });
            return (await rao.content('patients.show', { grant, record: id ?? ids[0] })).record;
        };

        before(async () => {
            relay = await startRelay();
        });
        after(async () => {
            await Promise.all([asha, rao].map((player) => player?.kill()));
            await relay.stop();
        });

        test('four people begin; the clinic vouches for doctor and laboratory', async () => {
            clinic = await Desk.create('organization', 'City Clinic', relay);
            lab = await Desk.create('laboratory', 'City Lab', relay);
            asha = await Player.create(PATIENT, 'patient', 'Asha', relay);
            rao = await Player.create(DOCTOR, 'practitioner', 'Dr Rao', relay);
            assert.equal(asha.kit[0].split(' ').length, 24);
            await clinic.vouchFor(rao, 'practitioner');
            const [asked, given] = [clinic.file('lab'), clinic.file('lab-out')];
            await lab.run('credential', 'request', asked);
            await clinic.run('org', 'vouch', '--role', 'laboratory', '--licence', 'L-2', '--out', given, asked);
            await lab.run('credential', 'accept', given);
            const card = await clinic.card();
            for (const player of [asha, rao]) {
                await player.sync();
                const { trusted } = await player.content('trust.trust', { card });
                assert.deepEqual(trusted.map((one) => one.name), ['City Clinic']);
                await player.sync();
            }
        });

        test('the patient imports, dies in the middle of a write, and nothing is half there', async () => {
            const bundle = JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry: [{ resource: JSON.parse(OBSERVATION) }] });
            const file = base64(Buffer.from(bundle));
            const { candidates } = await asha.content('import.look', { file });
            assert.equal(candidates.length, 1);
            await asha.dieOver('import.take', { chosen: [0] });
            assert.equal((await asha.content('timeline.load')).records.length, 0, 'what was not acknowledged is not there');
            await asha.ok('import.look', { file });
            await asha.ok('import.take', { chosen: [0] });
            await asha.dieOver('home.sync');
            await asha.sync();
            assert.equal((await asha.content('timeline.load')).records.length, 1);
        });

        test('an appointment is asked for and booked', async () => {
            await rao.ok('appointments.openIntake');
            await rao.sync();
            const { contact } = await rao.content('appointments.load');
            const start = Math.floor(Date.now() / 1000) + DAY;
            const time = { start, end: start + 1800 };
            const { created } = await asha.ok('appointments.ask', { request: { contact, reason: 'Tired', wishes: [time] } });
            await asha.sync();
            await rao.sync();
            await rao.ok('appointments.offer', { appointment: (await rao.content('appointments.load')).appointments[0].id, times: [time] });
            await rao.sync();
            await asha.sync();
            await asha.refused('appointment.time', 'appointments.accept', { appointment: created, index: 7 });
            await asha.ok('appointments.accept', { appointment: created, index: 0 });
            await asha.sync();
            await rao.sync();
            await asha.sync();
            const [booked] = (await asha.content('appointments.load')).appointments;
            assert.deepEqual([booked.stage, booked.booked.start], ['booked', start]);
        });

        test('consent by a code, through restarts on both sides', async () => {
            const { created: id } = await asha.ok('share.offer', offerOf(['laboratory', 'visit', 'order', 'medication']));
            await asha.sync();
            const { url } = await offers(id);
            assert.equal((await rao.content('scan.look', { code: url })).preview.offer, id);
            await rao.ok('scan.claim', { code: url, purpose: 'TREAT' });
            await rao.sync();
            await asha.kill();
            await rao.kill();
            await asha.restart();
            await rao.restart();
            await asha.sync();
            await rao.sync();
            const offer = await offers(id);
            const claim = (await rao.content('scan.load')).claims.find((one) => one.id === id);
            assert.deepEqual([offer.claimant.name, offer.claimant.vouched, offer.claimant.organizationName], ['Dr Rao', 'trusted', 'City Clinic']);
            assert.deepEqual(offer.symbols, claim.symbols);
            await asha.ok('share.confirm', { offer: id });
            await asha.sync();
            await rao.sync();
            const [access] = (await rao.content('patients.load')).accesses;
            assert.deepEqual([access.name, access.state], ['Asha', 'live']);
            grant = access.id;
        });

        test('the doctor reads, writes three records, and the receipt arrives', async () => {
            const record = await read();
            assert.deepEqual(JSON.parse(bytesOf(record.fhir)), JSON.parse(OBSERVATION));
            await rao.sync();
            await asha.sync();
            assert.equal((await asha.content('receipts.load')).receipts[0].name, 'Dr Rao');
            await rao.refused('build.missing', 'write.report', { grant, draft: { title: ' ' } });
            await rao.ok('write.report', { grant, draft: { title: 'Visit', reason: 'Tired', assessment: 'Anaemia', plan: 'Iron' } });
            const dosage = { instruction: 'One tablet a day', dose: '1', doseUnit: 'tablet', frequency: 1 };
            await rao.ok('write.prescription', { grant, draft: { medicine: 'Ferrous sulfate 200 mg', dosage } });
            const draft = { tests: [{ code: '718-7', display: 'Hemoglobin' }], reason: 'Anaemia', priority: 'routine' };
            requestId = (await rao.ok('write.labRequest', { grant, draft })).created;
            await rao.sync();
            await asha.sync();
            await rao.sync();
            const { submissions } = await rao.content('write.load');
            assert.deepEqual(submissions.map((one) => one.stage), ['filed', 'filed', 'filed']);
            const standing = (await asha.content('result.load', { record: requestId })).record.standing;
            assert.deepEqual([standing.authentic, standing.organization], ['authentic', 'City Clinic']);
        });

        test('the laboratory takes the request by a code and answers it with a file', async () => {
            const { created: id } = await asha.ok('share.offer', offerOf(['order']));
            await asha.sync();
            const { url } = await offers(id);
            const claimed = lab.run('claim', url, '--wait', '60s');
            while (!(await offers(id)).claimant) {
                await asha.sync();
                await pause(100);
            }
            await claimed;
            await asha.ok('share.confirm', { offer: id });
            await asha.sync();
            await lab.run('sync');
            const answer = await lab.run('accesses');
            [{ id: labGrant }] = Array.isArray(answer) ? answer : answer.accesses;
            await lab.run('read', labGrant, '--open-all');
            await lab.run('lab', 'state', requestId, 'in_progress');
            const picture = Buffer.alloc(3 * MIB + 17, 'picture');
            await writeFile(lab.file('slide.bin'), picture);
            const value = 'Hemoglobin;718-7;10.4;g/dL;12.0;15.5';
            const about = ['--panel', 'Blood count', '--code', '58410-2', '--specimen', 'blood', '--value', value];
            await lab.run('write', 'result', labGrant, '--request', requestId, ...about, '--attach', lab.file('slide.bin'));
            await lab.run('sync');
            await asha.sync();
            await lab.run('sync');
            await asha.sync();
            const { records } = await asha.content('timeline.load');
            resultId = records.find((record) => record.repliesTo === requestId && record.attachments === 1).id;
            const saved = join(await scratch(), 'slide.bin');
            await asha.ok('attachment.save', { record: resultId, index: 0, path: saved });
            assert.deepEqual(await readFile(saved), picture);
            await rao.sync();
            const values = (view) => view.parts.flatMap((part) => part.values);
            const own = (await asha.content('result.load', { record: resultId })).record;
            const doctors = await read(resultId);
            assert.equal(doctors.fhir, own.fhir);
            // A language may leave out what another writes as null.
            const present = (value) => JSON.parse(JSON.stringify(value, (_, part) => part ?? undefined));
            assert.deepEqual(present(values(doctors)), present(values(own)));
            assert.ok(values(own).some((one) => one.value === '10.4' && one.unit === 'g/dL' && one.level === 'low'));
        });

        test('a correction supersedes, and the doctor who saw the old value is told', async () => {
            await rao.sync();
            await asha.sync();
            const about = ['--panel', 'Blood count', '--code', '58410-2', '--specimen', 'blood', '--value', 'Hemoglobin;718-7;11.9;g/dL;12.0;15.5'];
            await lab.run('write', 'result', labGrant, '--request', requestId, ...about, '--corrects', resultId, '--because', 'The sample was exchanged');
            await lab.run('sync');
            await asha.sync();
            assert.ok((await asha.content('result.load', { record: resultId })).record.summary.supersededBy);
            const told = (await rao.sync()).shown.map((show) => show.kind);
            assert.ok(told.some((kind) => kind === 'show.corrected' || kind === 'show.read_corrected'), told.join());
        });

        test('100 MiB are cut by a cancellation and by a kill, and arrive whole', async () => {
            const source = join(await scratch(), 'scan.bin');
            const size = 100 * MIB + 4321;
            const handle = await open(source, 'w');
            const piece = Buffer.alloc(MIB);
            for (let at = 0; at < size; at += MIB) {
                piece.fill(at / MIB);
                await handle.write(piece, 0, Math.min(MIB, size - at));
            }
            await handle.close();
            const draft = { name: 'scan.bin', mediaType: 'application/octet-stream', size, source };
            await asha.ok('import.addFile', { draft });
            const files = async () => (await asha.content('upload.load')).files;
            const start = await grown(relay.data, 0);
            const cut = asha.send('upload.carry');
            await grown(relay.data, start + 8 * MIB);
            asha.cancel();
            const given = performance.now();
            assert.equal((await cut).error, 'cancelled');
            assert.ok(performance.now() - given < 1000);
            const before = (await files())[0];
            assert.ok(before.read > 0 && before.stored < before.parts, 'it had begun');
            const killed = asha.send('upload.carry');
            await grown(relay.data, start + 40 * MIB);
            await asha.kill();
            assert.equal(await killed, undefined);
            await asha.restart();
            const [left] = await files();
            assert.ok(left.read >= before.read && left.stored >= before.stored, 'what was there stays');
            assert.ok(left.stored < left.parts);
            await asha.ok('upload.carry');
            assert.deepEqual(await files(), []);
            await asha.sync();
            const record = (await asha.content('timeline.load')).records.find((one) => one.title === 'scan.bin');
            const place = await scratch();
            const saved = join(place, 'back.bin');
            const fetching = asha.send('attachment.save', { record: record.id, index: 0, path: saved });
            await grown(place, 20 * MIB);
            await asha.kill();
            assert.equal(await fetching, undefined);
            await asha.restart();
            await asha.ok('attachment.save', { record: record.id, index: 0, path: saved });
            assert.equal((await stat(saved)).size, size);
            assert.ok((await readFile(saved)).equals(await readFile(source)));
        });

        test('paused, resumed, renewed, revoked: and what comes later opens nowhere', async () => {
            const state = async () => (await asha.content('grants.load')).grants.find((one) => one.id === grant).state;
            await asha.ok('grants.pause', { grant });
            await asha.refused('grant.paused', 'grants.pause', { grant });
            await asha.sync();
            await rao.sync();
            assert.notEqual((await rao.content('patients.load')).accesses[0].state, 'live');
            await asha.ok('grants.resume', { grant });
            await asha.ok('grants.renew', { grant, rights: [{ right: 'read', seconds: 2 * DAY }] });
            await asha.sync();
            await rao.sync();
            assert.equal((await rao.content('patients.load')).accesses[0].state, 'live');
            await asha.ok('grants.revoke', { grant });
            assert.equal(await state(), 'stopping');
            await asha.sync();
            assert.equal(await state(), 'ended');
            await asha.refused('grant.revoked', 'grants.revoke', { grant });
            const before = (await rao.content('patients.choose', { grant })).records.length;
            await asha.ok('timeline.add', { draft: { fhir: base64(Buffer.from(OBSERVATION.replace('9.8', '12.9'))) } });
            await asha.sync();
            await rao.sync();
            assert.equal((await rao.content('patients.choose', { grant })).records.length, before);
            const late = await rao.send('write.report', { grant, draft: { title: 'Later' } });
            assert.ok(late.error, JSON.stringify(late));
        });

        test('the chain is whole, and its export is verified by the doctor', async () => {
            const { checked } = await asha.content('blocks.verify');
            assert.equal(checked.bad ?? null, null);
            const { file } = await asha.content('export.whole');
            const { verification } = await rao.content('export.verify', { file, trusted: '' });
            assert.deepEqual([verification.kind, verification.blocks], ['chain', checked.blocks]);
            // Without a list of organizations nobody is vouched for; a flipped byte is one thing more that fails, or the file is none.
            const flipped = bytesOf(file);
            flipped[flipped.length >> 1] ^= 1;
            const worse = await rao.send('export.verify', { file: base64(flipped), trusted: '' });
            assert.ok(worse.error || worse.ok.content.verification.failures > verification.failures, JSON.stringify(worse).slice(0, 300));
        });
    });
}
