// Forms of own entries: which there are, and which one changes a record.

import type { Component } from 'svelte';
import type { IconName } from '../../ui/icons';
import { t } from './text';

export interface FormProps {
    /** The own entry that is changed. */
    change?: string;
}

export interface Form {
    icon: IconName;
    name: () => string;
    hint: () => string;
    load: () => Promise<{ default: Component<FormProps> }>;
}

export const forms = {
    allergy: {
        icon: 'alert',
        name: () => t('kindAllergy'),
        hint: () => t('kindAllergyHint'),
        load: () => import('./Allergy.svelte'),
    },
    medicine: {
        icon: 'pill',
        name: () => t('kindMedicine'),
        hint: () => t('kindMedicineHint'),
        load: () => import('./Medicine.svelte'),
    },
    measurement: {
        icon: 'gauge',
        name: () => t('kindMeasurement'),
        hint: () => t('kindMeasurementHint'),
        load: () => import('./Measurement.svelte'),
    },
    condition: {
        icon: 'heart',
        name: () => t('kindCondition'),
        hint: () => t('kindConditionHint'),
        load: () => import('./Condition.svelte'),
    },
    immunization: {
        icon: 'syringe',
        name: () => t('kindImmunization'),
        hint: () => t('kindImmunizationHint'),
        load: () => import('./Immunization.svelte'),
    },
    person: {
        icon: 'user',
        name: () => t('kindPerson'),
        hint: () => t('kindPersonHint'),
        load: () => import('./Person.svelte'),
    },
    contact: {
        icon: 'phone',
        name: () => t('kindContact'),
        hint: () => t('kindContactHint'),
        load: () => import('./Contact.svelte'),
    },
    wish: {
        icon: 'signature',
        name: () => t('kindWish'),
        hint: () => t('kindWishHint'),
        load: () => import('./Wish.svelte'),
    },
} as const satisfies Record<string, Form>;

export type FormName = keyof typeof forms;

export const isForm = (text: string): text is FormName => Object.hasOwn(forms, text);

/** The form by which an own entry is changed; none for imported documents and the like. */
export function formOf(resourceType: string, category: string): FormName | undefined {
    switch (resourceType) {
        case 'AllergyIntolerance':
            return 'allergy';
        case 'MedicationStatement':
            return 'medicine';
        case 'Condition':
            return 'condition';
        case 'Immunization':
            return 'immunization';
        case 'Observation':
            return 'measurement';
        case 'Patient':
            return 'person';
        case 'Consent':
            return category === 'consent' ? 'wish' : undefined;
        default:
            return undefined;
    }
}
