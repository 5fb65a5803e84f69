import type { SpecimenDraft } from '@satchel/core';
import { given } from '../../doctor/write/fields';

/** A specimen while somebody types. */
export interface SpecimenField {
    kind: string;
    number: string;
    /** As the browser's own field has it. */
    collected: string;
    bad: boolean;
    why: string;
}

/** The time of a field as FHIR writes it: an instant with its zone. */
export function fhirTime(local: string): string | undefined {
    const time = new Date(local);
    if (!local || Number.isNaN(time.getTime())) return undefined;
    return time.toISOString().replace(/\.\d+Z$/, 'Z');
}

/** Those that say at least what they are. A reason that is missing is the core's to name. */
export function specimensOf(fields: readonly SpecimenField[]): SpecimenDraft[] {
    return fields
        .filter(({ kind }) => given(kind))
        .map(({ kind, number, collected, bad, why }) => ({
            kind: kind.trim(),
            number: given(number),
            collected: fhirTime(collected),
            rejected: bad ? why.trim() : undefined,
        }));
}
