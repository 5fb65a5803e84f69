// A practitioner's hours and the times in them that are free. A help for offering times: whether a time can be offered is the core's word.

import type { AppointmentTime, AppointmentView } from '@satchel/core';

export interface Hours {
    /** Days of the week, 0 is Sunday. */
    days: number[];
    /** `09:00`. */
    from: string;
    to: string;
    /** Length of one appointment, in minutes. */
    minutes: number;
}

const USUAL: Hours = { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00', minutes: 30 };
export const LENGTHS = [10, 15, 20, 30, 45, 60];
const key = (vault: string) => `satchel.hours.${vault}`;

export function readHours(vault: string): Hours {
    try {
        const kept: unknown = JSON.parse(localStorage.getItem(key(vault)) ?? '');
        return isHours(kept) ? kept : USUAL;
    } catch {
        return USUAL;
    }
}

export function keepHours(vault: string, hours: Hours): void {
    try {
        localStorage.setItem(key(vault), JSON.stringify(hours));
    } catch {
        // Without storage they hold as long as the page.
    }
}

function isHours(kept: unknown): kept is Hours {
    const hours = kept as Hours;
    return (
        typeof kept === 'object' &&
        kept !== null &&
        Array.isArray(hours.days) &&
        [hours.from, hours.to].every((time) => /^\d\d:\d\d$/.test(time)) &&
        LENGTHS.includes(hours.minutes)
    );
}

/** The beginning of a day, where the person is; days later or earlier by `days`. */
export function dayStart(seconds: number, days = 0): number {
    const at = new Date(seconds * 1000);
    return new Date(at.getFullYear(), at.getMonth(), at.getDate() + days).getTime() / 1000;
}

/** Monday of a week. */
export function weekStart(seconds: number): number {
    const weekday = new Date(seconds * 1000).getDay();
    return dayStart(seconds, -((weekday + 6) % 7));
}

function clock(day: number, time: string): number {
    const [hour, minute] = time.split(':').map(Number);
    const at = new Date(day * 1000);
    return new Date(at.getFullYear(), at.getMonth(), at.getDate(), hour, minute).getTime() / 1000;
}

export const overlaps = (a: AppointmentTime, b: AppointmentTime) => a.start < b.end && b.start < a.end;

/** Every appointment time of a day by the hours. */
export function timesOf(day: number, hours: Hours): AppointmentTime[] {
    if (!hours.days.includes(new Date(day * 1000).getDay())) return [];
    const [first, end, length] = [clock(day, hours.from), clock(day, hours.to), hours.minutes * 60];
    const times: AppointmentTime[] = [];
    for (let start = first; start + length <= end; start += length) times.push({ start, end: start + length });
    return times;
}

export const isHeld = ({ stage }: AppointmentView) => stage === 'booked' || stage === 'moved';

/** Times that are spoken for: booked, or on offer to somebody else. */
function taken(appointments: readonly AppointmentView[], but?: string): AppointmentTime[] {
    return appointments
        .filter(({ id, side }) => id !== but && side === 'desk')
        .flatMap((each) => [
            ...(isHeld(each) && each.booked ? [each.booked] : []),
            ...(['offered', 'accepted', 'moved'].includes(each.stage) ? each.times : []),
        ]);
}

/** Free times of a day that lie ahead. */
export function freeTimes(day: number, hours: Hours, appointments: readonly AppointmentView[], now: number, but?: string): AppointmentTime[] {
    const held = taken(appointments, but);
    return timesOf(day, hours).filter((time) => time.start > now && !held.some((other) => overlaps(time, other)));
}
