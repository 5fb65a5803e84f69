// An invented record for whoever looks around: what another app might have exported, taken in like any import. Only on a relay in demo mode.

import type { Result } from '@satchel/core';
import { core } from '../core';
import { PASSPHRASE } from './demo';

const DAY = 86_400_000;
const NAME = 'Maya Rivera';
const subject = { display: NAME };
const LOINC = 'http://loinc.org';
const UCUM = 'http://unitsofmeasure.org';

const daysAgo = (days: number) => new Date(Date.now() - days * DAY).toISOString().slice(0, 10);
const text = (words: string) => ({ text: words });
const active = (system: string) => ({ coding: [{ system, code: 'active' }] });
const ALLERGY = active('http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical');
const CONDITION = active('http://terminology.hl7.org/CodeSystem/condition-clinical');

function value(code: string, display: string, days: number, amount: number, unit: string, range?: [number, number]) {
    const quantity = (number: number) => ({ value: number, unit, system: UCUM, code: unit });
    return {
        resourceType: 'Observation',
        status: 'final',
        category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: range ? 'laboratory' : 'vital-signs' }] }],
        code: { coding: [{ system: LOINC, code, display }] },
        subject,
        effectiveDateTime: daysAgo(days),
        valueQuantity: quantity(amount),
        ...(range && { referenceRange: [{ low: quantity(range[0]), high: quantity(range[1]) }] }),
    };
}

function resources(): object[] {
    const ferritin = (days: number, amount: number) => value('2276-4', 'Ferritin', days, amount, 'ng/mL', [15, 150]);
    const haemoglobin = (days: number, amount: number) => value('718-7', 'Haemoglobin', days, amount, 'g/dL', [12, 15.5]);
    const weight = (days: number, amount: number) => value('29463-7', 'Body weight', days, amount, 'kg');
    return [
        { resourceType: 'AllergyIntolerance', clinicalStatus: ALLERGY, code: text('Penicillin'), patient: subject, criticality: 'high', reaction: [{ manifestation: [text('Rash')] }] },
        { resourceType: 'AllergyIntolerance', clinicalStatus: ALLERGY, code: text('Birch pollen'), patient: subject, criticality: 'low' },
        { resourceType: 'Condition', clinicalStatus: CONDITION, code: text('Iron deficiency anaemia'), subject, onsetDateTime: daysAgo(300).slice(0, 7) },
        { resourceType: 'Condition', clinicalStatus: CONDITION, code: text('Migraine'), subject, onsetDateTime: '2014' },
        { resourceType: 'Immunization', status: 'completed', vaccineCode: text('Tetanus and diphtheria'), patient: subject, occurrenceDateTime: daysAgo(1_400) },
        { resourceType: 'Immunization', status: 'completed', vaccineCode: text('Influenza'), patient: subject, occurrenceDateTime: daysAgo(40) },
        { resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: text('Ferrous sulfate 325 mg'), subject, effectivePeriod: { start: daysAgo(200) }, dosage: [{ text: 'One tablet every other day' }] },
        { resourceType: 'MedicationStatement', status: 'active', medicationCodeableConcept: text('Sumatriptan 50 mg'), subject, dosage: [{ text: 'One tablet when a migraine begins' }] },
        ferritin(300, 6),
        ferritin(210, 11),
        ferritin(120, 19),
        ferritin(30, 34),
        haemoglobin(300, 9.8),
        haemoglobin(210, 10.9),
        haemoglobin(120, 11.9),
        haemoglobin(30, 12.8),
        weight(300, 61.5),
        weight(120, 62.1),
        weight(7, 62.4),
    ];
}

/** Makes the record in this browser and fills it. */
export async function openSample(): Promise<Result<unknown>> {
    const made = await core.create({ role: 'patient', name: NAME, relay: location.origin }, PASSPHRASE);
    if (!made.ok) return made;
    // Nobody writes this kit down: the record is nobody's.
    const forgotten = await core.forgetKit();
    if (!forgotten.ok) return forgotten;
    const entry = resources().map((resource) => ({ resource }));
    const content = new TextEncoder().encode(JSON.stringify({ resourceType: 'Bundle', type: 'collection', entry }));
    const taken = await core.command(
        'import',
        content,
        entry.map((_, index) => index),
    );
    return taken.ok ? made : taken;
}
