import { type KnownTest, VALUES } from '../../doctor/write/tests';

/** Values that belong to a panel, by LOINC code. */
const PANELS: Record<string, readonly string[]> = {
    '58410-2': ['718-7', '4544-3', '789-8', '6690-2', '777-3', '787-2', '785-6'],
    '57021-8': ['718-7', '4544-3', '789-8', '6690-2', '777-3', '787-2', '785-6'],
    '51990-0': ['2951-2', '2823-3', '2345-7', '2160-0', '3094-0'],
    '24331-1': ['2093-3', '2085-9', '13457-7', '2571-8'],
    '24325-3': ['1742-6', '1920-8', '1975-2'],
};

/** The usual values of a panel, or the test itself where it is one. */
export function usual(code: string): readonly KnownTest[] {
    const codes = PANELS[code] ?? [code];
    return VALUES.filter((test) => codes.includes(test.code)).sort((a, b) => codes.indexOf(a.code) - codes.indexOf(b.code));
}
