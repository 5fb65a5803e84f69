// What the start page picks from lists.

import type { AppointmentView, GrantView, RecordSummary } from '@satchel/core';

/** Medicines that are taken now, entered or prescribed. */
export function activeMedicines(records: readonly RecordSummary[]): RecordSummary[] {
    return records.filter(
        (record) =>
            (record.kind === 'record.medicine' || record.kind === 'record.prescription') &&
            (record.status === 'active' || record.status === undefined || record.status === 'on-hold'),
    );
}

/** The next booked appointment that is not over. */
export function nextAppointment(all: readonly AppointmentView[], now: number): AppointmentView | undefined {
    return all
        .filter((each) => each.side === 'patient' && each.booked && each.booked.end > now && (each.stage === 'booked' || each.stage === 'moved'))
        .sort((a, b) => (a.booked?.start ?? 0) - (b.booked?.start ?? 0))[0];
}

/** Until when the holder may read; nothing for an open end. */
export function readUntil(grant: GrantView): number | undefined {
    return grant.permissions.find((permission) => permission.right === 'read')?.until;
}
