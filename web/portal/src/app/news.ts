// Which news of the core are worth a word at the foot of the screen, and how they are meant.

import type { Word } from '../text/phrase.svelte';
import type { Tone } from '../ui/tone';

/** Steps on the way that the screens show by themselves. */
const SILENT = new Set([
    'show.access_changed',
    'show.compare_symbols',
    'show.part_fetched',
    'show.record_fetched',
    'show.records_listed',
    'show.submission_filed',
    'show.relay_back',
    'show.relay_unreachable',
    'show.change_overtaken',
    'show.founded',
    'show.imported',
    // These two stay above every screen.
    'show.device_unreachable',
    'show.clock',
]);

const BAD = /refused|failed|stopped$|differ|invented|not_erased|not_stopped|unreachable|second_claim/;
const WARN = /expired|declined|cancelled|undecided|corrected|withdrawn|paused|ended/;
const GOOD = /grant_stopped|delegation_stopped/;

export function toneOf(news: { kind: string; params?: readonly Word[] }): Tone | undefined {
    if (SILENT.has(news.kind)) return undefined;
    // Whoever paused a file need not be told that it stopped.
    if (news.params?.some(({ name, value }) => name === 'code' && value === 'file.paused')) return undefined;
    const word = news.kind.slice('show.'.length);
    if (GOOD.test(word)) return 'good';
    if (BAD.test(word)) return 'bad';
    return WARN.test(word) ? 'warn' : 'info';
}
