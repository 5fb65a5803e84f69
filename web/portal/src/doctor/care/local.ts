// Times as the browser's own fields want them: where the person is, without a zone.

const two = (number: number) => String(number).padStart(2, '0');

/** `2026-11-24T09:05` for a field of type `datetime-local`. */
export function toLocal(seconds: number): string {
    const at = new Date(seconds * 1000);
    return `${toDay(seconds)}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** `2026-11-24` for a field of type `date`. */
export function toDay(seconds: number): string {
    const at = new Date(seconds * 1000);
    return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** Unix seconds of what a field says; nothing for an unfinished entry. */
export function fromLocal(text: string): number | undefined {
    const time = new Date(text).getTime();
    return text && Number.isFinite(time) ? Math.floor(time / 1000) : undefined;
}
