// What stands in an own entry, back in the fields of its form: the entry's own FHIR document is read, nothing is guessed.

import { core } from '../../app/core';

// FHIR has no static type here, and a member that is not there is simply empty.
type Json = any;

/** The document of an own entry; only ever the person's own words. */
async function document(record: string): Promise<Json | undefined> {
    const answer = await core.query('record', record);
    if (!answer.ok) return undefined;
    // Decimals stay texts: 4.0 must not become 4.
    const text = new TextDecoder().decode(Uint8Array.from(answer.value.fhir));
    const safe = text.replace(/("value"\s*:\s*)(-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)/g, '$1"$2"');
    return JSON.parse(safe) as Json;
}

const words = (concept: Json | undefined): string => concept?.text ?? concept?.coding?.[0]?.display ?? '';
const note = (resource: Json): string => resource.note?.[0]?.text ?? '';
const status = (concept: Json | undefined): string => concept?.coding?.[0]?.code ?? '';

export function prefill<T>(record: string | undefined, read: (resource: Json) => Partial<T>): (() => Promise<Partial<T> | undefined>) | undefined {
    if (!record) return undefined;
    return async () => {
        const resource = await document(record);
        return resource && read(resource);
    };
}

export const allergyFields = (resource: Json) => ({
    substance: words(resource.code),
    kind: resource.category?.[0] ?? '',
    criticality: resource.criticality ?? '',
    reaction: (resource.reaction?.[0]?.manifestation ?? []).map(words).join(', '),
    severity: resource.reaction?.[0]?.severity ?? '',
    onset: resource.onsetDateTime ?? '',
    note: note(resource),
    status: status(resource.clinicalStatus) || 'active',
});

export const medicineFields = (resource: Json) => {
    const dosage = resource.dosage?.[0];
    const repeat = dosage?.timing?.repeat;
    return {
        medicine: words(resource.medicationCodeableConcept),
        status: resource.status ?? 'active',
        dose: String(dosage?.doseAndRate?.[0]?.doseQuantity?.value ?? ''),
        unit: dosage?.doseAndRate?.[0]?.doseQuantity?.unit ?? '',
        frequency: repeat?.frequency ? String(repeat.frequency) : '',
        period: repeat?.periodUnit ?? 'd',
        asNeeded: dosage?.asNeededBoolean ?? false,
        instruction: dosage?.text ?? '',
        since: resource.effectivePeriod?.start ?? '',
        until: resource.effectivePeriod?.end ?? '',
        note: note(resource),
    };
};

export const conditionFields = (resource: Json) => ({
    name: words(resource.code),
    status: status(resource.clinicalStatus) || 'active',
    onset: resource.onsetDateTime ?? '',
    until: resource.abatementDateTime ?? '',
    note: note(resource),
});

export const immunizationFields = (resource: Json) => ({
    vaccine: words(resource.vaccineCode),
    date: resource.occurrenceDateTime ?? '',
    lot: resource.lotNumber ?? '',
    dose: resource.protocolApplied?.[0]?.doseNumberPositiveInt ? String(resource.protocolApplied[0].doseNumberPositiveInt) : '',
    performer: resource.performer?.[0]?.actor?.display ?? '',
    note: note(resource),
});

export const wishFields = (resource: Json) => ({
    permit: resource.provision?.type === 'permit' ? ('yes' as const) : resource.provision?.type === 'deny' ? ('no' as const) : ('words' as const),
});

export const measurementFields = (resource: Json) => ({
    code: resource.code?.coding?.[0]?.code ?? '',
    name: words(resource.code),
    value: String(resource.valueQuantity?.value ?? resource.valueString ?? ''),
    unit: resource.valueQuantity?.unit ?? '',
    first: String(resource.component?.[0]?.valueQuantity?.value ?? ''),
    second: String(resource.component?.[1]?.valueQuantity?.value ?? ''),
    note: note(resource),
});
