// Measurements that people take at home, with their codes and units.

import { t } from './text';

export interface Part {
    name: () => string;
    code: string;
    unit?: string;
    ucum?: string;
    /** English name, as it is signed: the code says the same in every language. */
    signed: string;
}

export interface Measurement {
    label: () => string;
    signed: string;
    code?: string;
    kind: 'vital-signs' | 'laboratory';
    unit?: string;
    ucum?: string;
    /** Several values that belong together. */
    parts?: readonly [Part, Part];
    /** Words instead of a number. */
    choices?: readonly string[];
}

export const measurements = {
    pressure: {
        label: () => t('pressure'),
        signed: 'Blood pressure',
        code: '85354-9',
        kind: 'vital-signs',
        parts: [
            { name: () => t('systolic'), signed: 'Systolic blood pressure', code: '8480-6', unit: 'mmHg', ucum: 'mm[Hg]' },
            { name: () => t('diastolic'), signed: 'Diastolic blood pressure', code: '8462-4', unit: 'mmHg', ucum: 'mm[Hg]' },
        ],
    },
    weight: { label: () => t('weight'), signed: 'Body weight', code: '29463-7', kind: 'vital-signs', unit: 'kg' },
    height: { label: () => t('height'), signed: 'Body height', code: '8302-2', kind: 'vital-signs', unit: 'cm' },
    pulse: { label: () => t('pulse'), signed: 'Heart rate', code: '8867-4', kind: 'vital-signs', unit: '/min' },
    temperature: { label: () => t('temperature'), signed: 'Body temperature', code: '8310-5', kind: 'vital-signs', unit: '°C', ucum: 'Cel' },
    oxygen: { label: () => t('oxygen'), signed: 'Oxygen saturation', code: '59408-5', kind: 'vital-signs', unit: '%' },
    sugarMass: { label: () => `${t('sugar')} (mg/dL)`, signed: 'Glucose', code: '2339-0', kind: 'laboratory', unit: 'mg/dL' },
    sugarMole: { label: () => `${t('sugar')} (mmol/L)`, signed: 'Glucose', code: '15074-8', kind: 'laboratory', unit: 'mmol/L' },
    bloodGroup: {
        label: () => t('bloodGroup'),
        signed: 'ABO and Rh group',
        code: '882-1',
        kind: 'laboratory',
        choices: ['0 +', '0 −', 'A +', 'A −', 'B +', 'B −', 'AB +', 'AB −'],
    },
    other: { label: () => t('other'), signed: '', kind: 'vital-signs' },
} as const satisfies Record<string, Measurement>;

export type MeasurementName = keyof typeof measurements;

/** The preset whose code an entry has. */
export function presetOf(code: string): MeasurementName {
    const found = Object.entries(measurements).find(([, preset]) => 'code' in preset && preset.code === code);
    return (found?.[0] as MeasurementName | undefined) ?? 'other';
}
