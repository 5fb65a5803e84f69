// Attachments on their way here. Pieces are gathered into a Blob, which the browser keeps outside the memory of this worker.

import type { AttachmentPlace, Download } from './api.ts';
import { Refused } from './fault.ts';
import type { Session } from './session.ts';

interface Running {
    id: string;
    place: AttachmentPlace;
    mediaType: string;
    pieces: Blob[];
    resolve: (file: Blob) => void;
    reject: (error: unknown) => void;
}

const keyOf = ({ grant, record, index }: AttachmentPlace) => `${grant ?? ''}/${record}/${index}`;

export class Downloads {
    readonly #session: Session;
    readonly #running = new Map<string, Running>();

    constructor(session: Session) {
        this.#session = session;
    }

    get any(): boolean {
        return this.#running.size > 0;
    }

    /** Begins; resolves when the whole file is here and is the one that was signed. */
    async begin(place: AttachmentPlace, mediaType: string, begun: () => void): Promise<Blob> {
        this.cancel(place);
        const { created } = await this.#session.change((vault, time) =>
            vault.download(place.grant, place.record, place.index, time),
        );
        const file = new Promise<Blob>((resolve, reject) => {
            const running = { id: created ?? '', place, mediaType, pieces: [], resolve, reject };
            this.#running.set(keyOf(place), running);
        });
        begun();
        return file;
    }

    cancel(place: AttachmentPlace): void {
        const running = this.#running.get(keyOf(place));
        if (running) this.#drop(running, new Refused('cancelled', 'the download was given up'));
    }

    /** Takes in every piece that was fetched and checked. */
    async pump(): Promise<void> {
        for (const running of [...this.#running.values()]) {
            const { id, pieces } = running;
            try {
                const { state, whole } = await this.#session.ask((vault) => {
                    for (let piece = vault.nextPiece(id); piece; piece = vault.nextPiece(id)) {
                        pieces.push(new Blob([piece.bytes as Uint8Array<ArrayBuffer>]));
                    }
                    const state = vault.downloadState(id);
                    if (state.complete) vault.finishDownload(id);
                    return { state, whole: state.complete };
                });
                if (whole) {
                    this.#running.delete(keyOf(running.place));
                    running.resolve(new Blob(pieces, { type: running.mediaType }));
                } else if (state.code) {
                    this.#drop(running, refusal(state.code, state.name, state.part));
                }
            } catch (error) {
                this.#drop(running, error);
            }
        }
    }

    async views(): Promise<Download[]> {
        const all = [...this.#running.values()];
        return this.#session.ask((vault) => all.map(({ id, place }) => ({ ...vault.downloadState(id), place })));
    }

    #drop(running: Running, error: unknown): void {
        this.#running.delete(keyOf(running.place));
        this.#session.vault.cancelDownload(running.id);
        running.reject(error);
    }
}

function refusal(code: string, name: string, part?: number): Refused {
    const refused = new Refused('cancelled', `the download stopped: ${code}`, [{ name: 'name', value: name }]);
    if (part !== undefined) refused.fault.params.push({ name: 'part', value: String(part) });
    refused.fault.code = code;
    return refused;
}
