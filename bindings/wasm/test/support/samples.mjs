// What is imported and shared in tests.

import { utf8 } from './platform.mjs';

export const HEMOGLOBIN = utf8(JSON.stringify({
    resourceType: 'Observation',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }], text: 'Hemoglobin' },
    effectiveDateTime: '2026-11-20',
    valueQuantity: { value: 9.8, unit: 'g/dL', system: 'http://unitsofmeasure.org', code: 'g/dL' },
}));
