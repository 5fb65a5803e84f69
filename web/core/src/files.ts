// Files of an open vault: chosen ones on their way to the relay, attachments on their way here.

import type { Changes, FileDraft, Vault } from '../generated/bindings_wasm.js';
import type { AttachmentPlace, CoreEvent, Outcome } from './api.ts';
import type { Copies } from './copies.ts';
import type { Downloads } from './downloads.ts';
import { fitting } from './file_name.ts';
import type { Open } from './open.ts';

/** Milliseconds between two tellings of progress. */
const PACE = 150;
/** What a browser may show from a `blob:` address of our origin; anything else is bytes to be saved. */
const SHOWN = new Set(['application/pdf', 'image/gif', 'image/jpeg', 'image/png', 'image/webp', 'text/plain']);

export class OpenFiles {
    readonly #open: Open;
    readonly #copies: Copies;
    readonly #downloads: Downloads;
    readonly #emit: (event: CoreEvent) => void;
    /** Copies that are being made, or wait for the record that will carry them. */
    readonly #kept = new Set<string>();
    #attached: string[] = [];
    #stop = new AbortController();
    #timer: ReturnType<typeof setTimeout> | undefined;
    #swept: string | undefined;
    #closed = false;

    constructor(open: Open, copies: Copies, downloads: Downloads, emit: (event: CoreEvent) => void) {
        this.#open = open;
        this.#copies = copies;
        this.#downloads = downloads;
        this.#emit = emit;
    }

    async add(file: File): Promise<Outcome> {
        const draft = await this.#keep(file);
        try {
            return await this.#moving((vault, time) => vault.addFile(draft, time));
        } finally {
            this.#kept.delete(draft.source);
        }
    }

    async attach(files: File[]): Promise<void> {
        for (const source of this.#attached.splice(0)) this.#kept.delete(source);
        const drafts: FileDraft[] = [];
        try {
            for (const file of files) drafts.push(await this.#keep(file));
        } catch (error) {
            // All of them go with the record, or none.
            for (const { source } of drafts) this.#kept.delete(source);
            this.moved();
            throw error;
        }
        this.#attached = drafts.map((draft) => draft.source);
        await this.#open.session.ask((vault) => vault.attachFiles(drafts));
    }

    /** Gives up the copies that are being made; the calls that make them answer `cancelled`. */
    stopCopying(): void {
        this.#stop.abort();
        this.#stop = new AbortController();
    }

    async resume(upload: string, file?: File): Promise<Outcome> {
        if (!file) return this.#moving((vault, time) => vault.resumeFile(upload, undefined, time));
        const { source } = await this.#keep(file);
        try {
            return await this.#moving((vault, time) => vault.resumeFile(upload, source, time));
        } finally {
            this.#kept.delete(source);
        }
    }

    pause(upload: string): Promise<Outcome> {
        return this.#moving((vault, time) => vault.stopFile(upload, 'file.paused', time));
    }

    cancel(upload: string): Promise<Outcome> {
        return this.#moving((vault, time) => vault.cancelFile(upload, time));
    }

    async download(place: AttachmentPlace): Promise<Blob> {
        const type = await this.#mediaType(place);
        const file = this.#downloads.begin(place, type, () => {
            this.moved();
            this.#open.driver.stir();
        });
        try {
            return await file;
        } finally {
            this.moved();
        }
    }

    cancelDownload(place: AttachmentPlace): void {
        this.#downloads.cancel(place);
    }

    /** Tells how far everything is, not too often; a copy that nobody needs any more goes. */
    moved(): void {
        if (this.#closed) return;
        this.#timer ??= setTimeout(() => {
            this.#timer = undefined;
            void this.#tell();
        }, PACE);
    }

    /** Deletes copies that no file on its way names. */
    async sweep(): Promise<void> {
        const files = await this.#open.session.ask((vault) => vault.files());
        const sources = new Set(files.map((file) => file.source));
        for (const source of this.#attached) if (sources.has(source)) this.#kept.delete(source);
        const wanted = new Set([...sources, ...this.#kept]);
        const list = [...wanted].sort().join();
        if (list === this.#swept) return;
        this.#swept = list;
        try {
            await this.#copies.keepOnly(wanted);
        } catch (error) {
            this.#swept = undefined;
            throw error;
        }
    }

    close(): void {
        this.#closed = true;
        clearTimeout(this.#timer);
    }

    /** A command after which files stand differently. */
    async #moving(run: (vault: Vault, time: number) => Changes): Promise<Outcome> {
        try {
            return await this.#open.command(run);
        } finally {
            this.moved();
        }
    }

    async #keep(file: File): Promise<FileDraft> {
        let source = '';
        try {
            await this.#copies.keep(
                file,
                (begun) => {
                    source = begun;
                    this.#kept.add(begun);
                    // It may be given up before anybody looked: then the list is as it was, and the copy is not.
                    this.#swept = undefined;
                },
                (bytes) => this.#emit({ kind: 'copying', name: file.name, size: file.size, done: bytes }),
                this.#stop.signal,
            );
        } catch (error) {
            this.#kept.delete(source);
            this.moved();
            throw error;
        }
        return { name: fitting(file.name), media_type: file.type || 'application/octet-stream', size: file.size, source };
    }

    async #tell(): Promise<void> {
        try {
            const files = await this.#open.session.ask((vault) => vault.files());
            this.#emit({ kind: 'progress', files, downloads: await this.#downloads.views() });
            await this.sweep();
        } catch {
            // The vault was closed meanwhile; what is left over goes when it is opened next.
        }
    }

    async #mediaType({ grant, record, index }: AttachmentPlace): Promise<string> {
        const view = await this.#open.session.ask((vault, time) => {
            if (grant === undefined) return vault.record(record, time);
            const filed = vault.sharedRecords(grant, { categories: [] }).some((one) => one.id === record);
            return filed ? vault.sharedRecord(grant, record, time) : vault.copiedRecord(grant, record, time);
        });
        const type = view.attachments[index]?.media_type ?? '';
        return SHOWN.has(type) ? type : 'application/octet-stream';
    }
}
