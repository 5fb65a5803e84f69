// What people do beside a visit, once with the patient in Kotlin and the doctor in Swift, once the other way round: own entries, drafts,
// corrections, a search in what is shared, quotas, deletion, devices, and what becomes of shares after a recovery. One real relay.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { DAY, Desk, LANGUAGES, Player, startRelay } from './support/people.mjs';

const PAIRS = [
    ['Kotlin', 'Swift'],
    ['Swift', 'Kotlin'],
];

for (const [own, other] of PAIRS) {
    const missing = [own, other].find((language) => !LANGUAGES[language]);
    const skip = missing ? `the test main in ${missing} is not built here` : false;
    describe(`the patient in ${own}, the doctor in ${other}`, { skip }, () => {
        let relay, asha, rao, grant, allergy;

        const syncAll = async (...people) => {
            for (const player of people) await player.sync();
        };
        const consent = async () => {
            const request = {
                categories: ['allergy', 'problem', 'vital_sign', 'visit'],
                ongoing: true,
                rights: ['read', 'append'].map((right) => ({ right, seconds: DAY })),
                lifetime: 600,
            };
            const { created: offer } = await asha.ok('share.offer', { request });
            await asha.sync();
            const code = (await asha.content('share.load')).offers.find((one) => one.id === offer).url;
            await rao.ok('scan.claim', { code, purpose: 'TREAT' });
            await syncAll(rao, asha, rao);
            await asha.ok('share.confirm', { offer });
            await syncAll(asha, rao);
            // The newest first.
            return (await rao.content('patients.load')).accesses[0].id;
        };
        const found = async (query) => (await rao.content('patients.search', { query })).records.map((one) => one.title);

        before(async () => {
            relay = await startRelay();
        });
        after(async () => {
            await Promise.all([asha, rao].map((player) => player?.kill()));
            await relay.stop();
        });

        test('two people begin, and the clinic vouches for the doctor', async () => {
            const clinic = await Desk.create('organization', 'City Clinic', relay);
            asha = await Player.create(LANGUAGES[own], 'patient', 'Asha', relay);
            rao = await Player.create(LANGUAGES[other], 'practitioner', 'Dr Rao', relay);
            await clinic.vouchFor(rao, 'practitioner');
            const card = await clinic.card();
            for (const player of [asha, rao]) await player.ok('trust.trust', { card });
            await syncAll(asha, rao);
        });

        test('the patient enters what there is to know, and others may not', async () => {
            const weight = { name: 'Body weight', code: '29463-7', value: '62.5', unit: 'kg' };
            await asha.ok('own.measurement', { draft: weight });
            allergy = (await asha.ok('own.allergy', { draft: { substance: 'Penicillin', reactions: ['Rash'] } })).created;
            await asha.ok('own.condition', { draft: { name: 'Hypertension', onset: '2019' } });
            await asha.ok('own.immunization', { draft: { vaccine: 'Tetanus', date: '2020-05-01' } });
            await asha.ok('own.person', { draft: { name: 'Asha Menon', birthDate: '1990-01-02' } });
            await asha.ok('own.contact', { contact: { name: 'Ravi', relationship: 'Brother', phone: '+91 99' } });
            await asha.ok('own.wish', { draft: { subject: 'organ-donation', permit: true, words: 'Yes, everything' } });
            await asha.refused('build.missing', 'own.allergy', { draft: { substance: ' ' } });
            const { person } = await asha.content('own.load');
            assert.deepEqual([person.name, person.birthDate, person.contacts.map((one) => one.name)], ['Asha Menon', '1990-01-02', ['Ravi']]);
            const titles = (await asha.content('timeline.load')).records.map((one) => one.title);
            for (const title of ['Body weight', 'Penicillin', 'Hypertension', 'Tetanus']) assert.ok(titles.includes(title), titles.join());
            await rao.refused('vault.role', 'own.allergy', { draft: { substance: 'Penicillin' } });
            await asha.sync();
        });

        test('a draft is kept through a crash, changed and discarded', async () => {
            const draft = { kind: 'allergy', json: '{"substance":"Lat"}' };
            const { created: id } = await asha.ok('drafts.save', { draft });
            await asha.kill();
            await asha.restart();
            assert.deepEqual((await asha.content('drafts.load')).drafts.map((one) => [one.id, one.kind]), [[id, 'allergy']]);
            assert.equal((await asha.content('drafts.open', { id })).draft.json, draft.json);
            await asha.ok('drafts.save', { id, draft: { ...draft, json: '{"substance":"Latex"}' } });
            assert.equal((await asha.content('drafts.open', { id })).draft.json, '{"substance":"Latex"}');
            await asha.refused('draft.form', 'drafts.save', { draft: { ...draft, kind: 'nonsense' } });
            assert.deepEqual((await asha.content('drafts.discard', { id })).drafts, []);
            await asha.refused('vault.not_found', 'drafts.open', { id });
        });

        test('the doctor searches what is shared', async () => {
            grant = await consent();
            const { records } = await rao.content('patients.choose', { grant });
            assert.deepEqual(records.map((one) => one.title).sort(), ['Body weight', 'Hypertension', 'Penicillin']);
            assert.deepEqual(await found({ text: 'penicillin' }), ['Penicillin']);
            assert.deepEqual(await found({ code: '29463-7' }), ['Body weight']);
            assert.deepEqual(await found({ categories: ['problem'] }), ['Hypertension']);
            assert.deepEqual(await found({ text: 'nothing like it' }), []);
            await rao.refused('category.unknown', 'patients.search', { query: { categories: ['nonsense'] } });
            assert.deepEqual((await rao.content('patients.load')).query.text, 'nothing like it', 'a refused search changes nothing');
            assert.equal((await rao.content('patients.choose', { grant })).records.length, 3, 'a patient who is chosen is shown whole');
        });

        test('what was wrong is marked, withdrawn and erased, each by who may', async () => {
            await asha.refused('draft.reason', 'corrections.mark', { record: allergy, reason: ' ' });
            await asha.ok('corrections.mark', { record: allergy, reason: 'It was a virus' });
            const { created: report } = await rao.ok('write.report', { grant, draft: { title: 'Visit', reason: 'Rash' } });
            await syncAll(rao, asha, rao);
            await asha.refused('draft.correction', 'corrections.mark', { record: report, reason: 'Not mine' });
            await rao.ok('corrections.withdraw', { record: report, reason: 'Another patient' });
            await syncAll(rao, asha, rao);
            const { corrections } = await asha.content('corrections.load');
            const told = corrections.map((one) => [one.old, one.withdrawn, one.reason]);
            assert.ok(told.some(([old, gone, why]) => old === report && gone && why === 'Another patient'), JSON.stringify(told));
            assert.ok(told.some(([old, , why]) => old === allergy && why === 'It was a virus'), JSON.stringify(told));
            const weight = (await asha.content('timeline.load')).records.find((one) => one.title === 'Body weight').id;
            await asha.ok('corrections.erase', { record: weight });
            await asha.refused('vault.not_found', 'corrections.erase', { record: weight });
            await syncAll(asha, rao);
            assert.deepEqual((await asha.content('corrections.load')).erasures.map((one) => [one.record, one.state]), [[weight, 'erased']]);
            assert.deepEqual(await found({ code: '29463-7' }), []);
        });

        test('files are limited, and deletion is asked for, refused and granted', async () => {
            await asha.ok('grants.allowFiles', { grant, bytes: 4096 });
            assert.equal((await asha.content('grants.load')).grants.find((one) => one.id === grant).files, 4096);
            await asha.ok('deletion.ask', { grant, revoke: false });
            await syncAll(asha, rao);
            const [asked] = (await rao.content('deletion.load')).requests;
            assert.deepEqual([asked.grant, asked.name, asked.state], [grant, 'Asha', 'asked']);
            await rao.refused('deletion.reason', 'deletion.refuse', { grant, reason: 'nonsense' });
            await rao.ok('deletion.refuse', { grant, reason: 'retention', text: 'Ten years' });
            await syncAll(rao, asha);
            const [refused] = (await asha.content('deletion.load')).asked;
            assert.deepEqual([refused.state, refused.answers[0].reason, refused.answers[0].text], ['refused', 'retention', 'Ten years']);

            const second = await consent();
            await asha.ok('deletion.ask', { grant: second, revoke: true });
            await syncAll(asha, rao);
            await rao.ok('deletion.delete', { grant: second });
            await syncAll(rao, asha);
            const answered = (await asha.content('deletion.load')).asked.find((one) => one.grant === second);
            assert.equal(answered.state, 'deleted');
        });

        test('the words bring another device; shares are kept or stopped there, the old device is taken out, the kit replaced', async () => {
            const [words] = asha.kit;
            const { devices } = await asha.content('devices.load');
            assert.deepEqual([devices.length, devices[0].this], [1, true]);
            await asha.ok('devices.rename', { device: devices[0].id, name: 'Old phone' });
            await asha.sync();

            const fresh = await Player.blank(LANGUAGES[other]);
            await fresh.ok('recover.recover', { words, relay: relay.url, passphrase: 'another passphrase' });
            await fresh.sync();
            await fresh.ok('recover.prove');
            await fresh.sync();
            assert.ok((await fresh.content('recover.load')).recovery.recovered);
            const standing = async () => (await fresh.content('grants.load')).grants.find((one) => one.id === grant);
            assert.ok((await standing()).undecided);
            await fresh.ok('grants.keep', { grant });
            assert.equal((await standing()).undecided ?? null, null);
            await fresh.refused('vault.state', 'grants.keep', { grant });

            const old = (await fresh.content('devices.load')).devices.find((one) => one.name === 'Old phone');
            const { kit } = await fresh.content('devices.newKit');
            assert.equal(kit.split(' ').length, 24);
            await fresh.refused('recovery.pending', 'devices.replaceKit', { words, devices: [old.id] });
            await fresh.sync();
            await fresh.refused('device.other_words', 'devices.replaceKit', { words: kit, devices: [old.id] });
            assert.equal((await fresh.content('devices.replaceKit', { words, devices: [old.id] })).kit ?? null, null);
            await fresh.sync();
            const gone = (await fresh.content('devices.load')).devices.find((one) => one.id === old.id);
            assert.ok(gone.removed && gone.removalConfirmed, JSON.stringify(gone));
            await asha.send('home.sync');
            await asha.send('own.condition', { draft: { name: 'Written by a device that was taken out' } });
            await asha.send('home.sync');
            await fresh.sync();
            const titles = (await fresh.content('timeline.load')).records.map((one) => one.title);
            assert.ok(titles.includes('Hypertension') && !titles.includes('Written by a device that was taken out'), titles.join());
            await fresh.kill();
        });
    });
}
