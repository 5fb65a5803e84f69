// Which functions of the module run until a person's start page is there: `node measure.mjs WHOLE INSTRUMENTED LIST`.
//
// Vaults of every role are made with the whole module and filled a little. Then a module that notes what it enters makes new vaults, opens
// the filled ones, and answers what start pages ask (`web/core/src/early.json`). What it entered is the first half; see `bindings/xtask/src/split`.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [whole, instrumented, list] = process.argv.slice(2);
process.env.SATCHEL_WASM = whole;
const { PASSPHRASE, Person, Store, now, startRelay, syncAll } = await import('../test/support/platform.mjs');
const { HEMOGLOBIN } = await import('../test/support/samples.mjs');

const early = JSON.parse(await readFile(fileURLToPath(new URL('../../../web/core/src/early.json', import.meta.url))));

const ROLES = ['patient', 'practitioner', 'laboratory', 'organization'];

const relay = await startRelay();
const people = ROLES.map((role) => Person.create(role, 'Nora Lind', relay));
try {
    await syncAll(...people);
    await fill(people);
    await syncAll(...people);
} finally {
    await relay.stop();
}
const glue = await import(pathToFileURL(join(instrumented, 'bindings_wasm.js')).href);
const exports = glue.initSync({ module: await readFile(join(instrumented, 'bindings_wasm_bg.wasm')) });
for (const role of ROLES) {
    const { vault, changes } = glue.Vault.create({ role, name: 'Nora Lind', relay: relay.url }, PASSPHRASE, now());
    const person = new Person(vault, new Store());
    person.keep(changes);
    look(person);
    vault.forgetKit();
}
for (const { store } of people) look(new Person(glue.Vault.open(store.index(), PASSPHRASE), store));

const entered = Object.entries(exports)
    .filter(([name, global]) => name.startsWith('entered-') && global.value === 1)
    .map(([name]) => name.slice('entered-'.length));
await writeFile(list, entered.join('\n'));

/** Own entries, something imported, a draft: what start pages list. */
async function fill([patient, ...others]) {
    patient.run((vault, time) => vault.addAllergy({ substance: 'Peanuts', reactions: ['Swollen lips'] }, time));
    patient.run((vault, time) => vault.addMedicine({ medicine: 'Iron tablets', dosage: { when: [], as_needed: false, exact: false } }, time));
    patient.run((vault, time) => vault.import(HEMOGLOBIN, [0], time));
    for (const person of [patient, ...others]) {
        person.vault.forgetKit();
        person.run((vault, time) => vault.saveDraft(undefined, { kind: 'allergy', json: '{}' }, time));
    }
}

/** What a start page asks; a role that has no answer says so by an error, which is an answer too. */
function look(person) {
    for (const query of early) {
        try {
            person.ask((vault, time) => {
                const argument = query === 'records' ? { categories: [] } : time;
                return vault[query].length === 0 ? vault[query]() : vault[query](argument);
            });
        } catch (error) {
            if (!/^(vault\.(role|kit|not_found|not_ready)|organization\.|desk\.)/.test(error.code ?? '')) throw error;
        }
    }
    person.vault.forget();
}
