export const everything = { categories: [] };

export const HEMOGLOBIN = new TextEncoder().encode(
    JSON.stringify({
        resourceType: 'Observation',
        status: 'final',
        category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
        code: { coding: [{ system: 'http://loinc.org', code: '718-7', display: 'Hemoglobin' }], text: 'Hemoglobin' },
        effectiveDateTime: '2026-11-20',
        valueQuantity: { value: 9.8, unit: 'g/dL', system: 'http://unitsofmeasure.org', code: 'g/dL' },
    }),
);

export function offerOf(categories) {
    const rights = ['read', 'append', 'order'].map((right) => ({ right, seconds: 86_400 }));
    return { categories, records: [], ongoing: true, rights, hidden: [], lifetime: 600 };
}
