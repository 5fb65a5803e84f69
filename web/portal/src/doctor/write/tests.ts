// Tests that are asked for often, with their LOINC codes and the usual units, to choose from while typing. Any other can be written.

export interface KnownTest {
    name: string;
    code: string;
    unit?: string;
}

export const PANELS: readonly KnownTest[] = [
    { name: 'Blood count', code: '58410-2' },
    { name: 'Blood count with differential', code: '57021-8' },
    { name: 'Basic metabolic panel', code: '51990-0' },
    { name: 'Lipid panel', code: '24331-1' },
    { name: 'Liver panel', code: '24325-3' },
    { name: 'Thyrotropin', code: '3016-3', unit: 'm[iU]/L' },
    { name: 'Haemoglobin A1c', code: '4548-4', unit: '%' },
    { name: 'Glucose', code: '2345-7', unit: 'mg/dL' },
    { name: 'Creatinine', code: '2160-0', unit: 'mg/dL' },
    { name: 'Ferritin', code: '2276-4', unit: 'ng/mL' },
    { name: 'C-reactive protein', code: '1988-5', unit: 'mg/L' },
    { name: 'INR', code: '6301-6', unit: '{INR}' },
    { name: 'Urinalysis', code: '24356-8' },
];

export const VALUES: readonly KnownTest[] = [
    { name: 'Haemoglobin', code: '718-7', unit: 'g/dL' },
    { name: 'Haematocrit', code: '4544-3', unit: '%' },
    { name: 'Erythrocytes', code: '789-8', unit: '10*6/uL' },
    { name: 'Leukocytes', code: '6690-2', unit: '10*3/uL' },
    { name: 'Platelets', code: '777-3', unit: '10*3/uL' },
    { name: 'Mean corpuscular volume', code: '787-2', unit: 'fL' },
    { name: 'Mean corpuscular haemoglobin', code: '785-6', unit: 'pg' },
    { name: 'Sodium', code: '2951-2', unit: 'mmol/L' },
    { name: 'Potassium', code: '2823-3', unit: 'mmol/L' },
    { name: 'Glucose', code: '2345-7', unit: 'mg/dL' },
    { name: 'Creatinine', code: '2160-0', unit: 'mg/dL' },
    { name: 'Urea nitrogen', code: '3094-0', unit: 'mg/dL' },
    { name: 'Haemoglobin A1c', code: '4548-4', unit: '%' },
    { name: 'Cholesterol', code: '2093-3', unit: 'mg/dL' },
    { name: 'HDL cholesterol', code: '2085-9', unit: 'mg/dL' },
    { name: 'LDL cholesterol', code: '13457-7', unit: 'mg/dL' },
    { name: 'Triglycerides', code: '2571-8', unit: 'mg/dL' },
    { name: 'ALT', code: '1742-6', unit: 'U/L' },
    { name: 'AST', code: '1920-8', unit: 'U/L' },
    { name: 'Bilirubin', code: '1975-2', unit: 'mg/dL' },
    { name: 'C-reactive protein', code: '1988-5', unit: 'mg/L' },
    { name: 'Ferritin', code: '2276-4', unit: 'ng/mL' },
    { name: 'Thyrotropin', code: '3016-3', unit: 'm[iU]/L' },
    { name: 'INR', code: '6301-6', unit: '{INR}' },
];

/** The known test of this name, whatever its capitals. */
export const known = (tests: readonly KnownTest[], name: string): KnownTest | undefined =>
    tests.find((test) => test.name.toLocaleLowerCase() === name.trim().toLocaleLowerCase());
