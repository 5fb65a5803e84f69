import type { AppointmentView } from '@satchel/core';
import type { IconName } from '../../ui/icons';
import type { Tone } from '../../ui/tone';
import { t } from './text';

const STAGES: Record<string, { text: () => string; tone: Tone; sign: IconName }> = {
    fetching: { text: () => t('stage_fetching'), tone: 'quiet', sign: 'clock' },
    asked: { text: () => t('stage_asked'), tone: 'quiet', sign: 'clock' },
    offered: { text: () => t('stage_offered'), tone: 'info', sign: 'info' },
    accepted: { text: () => t('stage_accepted'), tone: 'info', sign: 'clock' },
    booked: { text: () => t('stage_booked'), tone: 'good', sign: 'check' },
    moved: { text: () => t('stage_moved'), tone: 'warn', sign: 'alert' },
    declined: { text: () => t('stage_declined'), tone: 'quiet', sign: 'stop' },
    cancelled: { text: () => t('stage_cancelled'), tone: 'quiet', sign: 'stop' },
    failed: { text: () => t('stage_failed'), tone: 'bad', sign: 'alert' },
};

/** An appointment's stage: word, tone, sign. */
export function stageTag(stage: string): { text: string; tone: Tone; sign: IconName } {
    const known = STAGES[stage];
    return known ? { ...known, text: known.text() } : { text: stage, tone: 'quiet', sign: 'info' };
}

const CLOSED = new Set(['declined', 'cancelled', 'failed']);

/** Coming, not settled, or over. */
export function placeOf(appointment: AppointmentView, now: number): 'upcoming' | 'open' | 'past' {
    if (CLOSED.has(appointment.stage)) return 'past';
    if (appointment.booked) return appointment.booked.end > now ? 'upcoming' : 'past';
    return 'open';
}

/** A calendar file with one booked appointment (RFC 5545), made here so that nobody else learns of it. */
export function calendarFile(appointment: AppointmentView): Blob {
    const stamp = (seconds: number) => new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d+/g, '');
    const text = (words: string) => words.replace(/([\\;,])/g, '\\$1').replace(/\n/g, '\\n');
    const { booked } = appointment;
    const lines = [
        'BEGIN:VCALENDAR',
        'VERSION:2.0',
        'PRODID:-//Satchel//Portal//EN',
        'BEGIN:VEVENT',
        `UID:${appointment.id}@satchel`,
        `DTSTAMP:${stamp(appointment.updated)}`,
        `DTSTART:${stamp(booked?.start ?? 0)}`,
        `DTEND:${stamp(booked?.end ?? 0)}`,
        `SUMMARY:${text(appointment.name)}`,
        'END:VEVENT',
        'END:VCALENDAR',
    ];
    return new Blob([lines.map((line) => `${line}\r\n`).join('')], { type: 'text/calendar' });
}
