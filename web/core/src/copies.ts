// Copies of chosen files, sealed by the core piece by piece and kept until they are uploaded: a browser cannot read a chosen file again
// after a reload.

import type { PieceRequest } from '../generated/bindings_wasm.js';
import { PIECE } from './ahead.ts';
import { able, sealOnce } from './bulk.ts';
import { Refused } from './fault.ts';
import type { Session } from './session.ts';

/** The codes that the vault is told when a piece cannot be brought. */
export class Unreadable extends Error {
    readonly code: 'file.vanished' | 'file.unreadable' | 'file.changed';

    constructor(code: Unreadable['code']) {
        super(code);
        this.code = code;
    }
}

export class Copies {
    readonly #session: Session;
    /** Files chosen since the page was opened: as long as they are there, no copy must be opened. */
    readonly #chosen = new Map<string, File>();

    constructor(session: Session) {
        this.#session = session;
    }

    /** Keeps a copy of a chosen file and gives the source under which it is found. */
    async keep(file: File, begun: (source: string) => void, progress: (bytes: number) => void, stop: AbortSignal): Promise<string> {
        const source = `copy-${[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
        const room = await navigator.storage?.estimate();
        if (room?.quota !== undefined && room.quota - (room.usage ?? 0) < file.size) {
            throw new Refused('portal.storage_full', 'the copy of the file does not fit');
        }
        this.#chosen.set(source, file);
        begun(source);
        try {
            // A piece is stored while the next one is sealed.
            let stored = Promise.resolve();
            for (let index = 0; index * PIECE < file.size; index += 1) {
                if (stop.aborted) throw new Refused('cancelled', 'the copy was given up');
                const bytes = await slice(file, index * PIECE, PIECE);
                const sealed = await this.#seal(source, index, bytes);
                await stored;
                stored = this.#session.store.keepPiece(source, index, sealed);
                stored.catch(() => {});
                progress(Math.min(file.size, (index + 1) * PIECE));
            }
            await stored;
        } catch (error) {
            this.#chosen.delete(source);
            if (error instanceof Unreadable) throw new Refused('portal.file', 'the file cannot be read');
            throw error;
        }
        return source;
    }

    async #seal(source: string, index: number, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
        if (!able()) return this.#session.ask((vault) => vault.sealPiece(source, index, bytes));
        return sealOnce(await this.#session.ask((vault) => vault.planCopy(source, index, bytes.length)), bytes);
    }

    /** The bytes of a piece. */
    async read(piece: PieceRequest): Promise<Uint8Array<ArrayBuffer>> {
        if (piece.length === 0) return new Uint8Array();
        const file = this.#chosen.get(piece.source);
        if (file) {
            try {
                return await slice(file, piece.offset, piece.length);
            } catch {
                // Changed or gone on the disk: the copy is the file that was chosen.
                this.#chosen.delete(piece.source);
            }
        }
        const sealed = await this.#session.store.piece(piece.source, piece.index);
        if (!sealed) throw new Unreadable('file.vanished');
        const opened = await this.#session.ask((vault) => vault.openPiece(piece.source, piece.index, sealed));
        return opened as Uint8Array<ArrayBuffer>;
    }

    /** Deletes copies that no file on its way names. */
    async keepOnly(sources: Set<string>): Promise<void> {
        for (const source of this.#chosen.keys()) {
            if (!sources.has(source)) this.#chosen.delete(source);
        }
        await this.#session.store.keepOnly(sources);
    }
}

async function slice(file: File, offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    try {
        return new Uint8Array(await file.slice(offset, offset + length).arrayBuffer());
    } catch {
        throw new Unreadable('file.unreadable');
    }
}
