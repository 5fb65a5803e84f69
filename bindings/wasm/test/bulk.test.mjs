// Pieces sealed by the platform's own AES-256-GCM, as the core dictates: byte for byte what the core makes, and nothing else is taken.

import assert from 'node:assert/strict';
import { createHash, webcrypto } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { Person, startRelay } from './support/platform.mjs';

const PIECE = 1 << 20;
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** What `web/core/src/bulk.ts` does, written again from CONTENT-9. */
async function seal(plan, bytes) {
    const key = await webcrypto.subtle.importKey('raw', plan.key, 'AES-GCM', false, ['encrypt']);
    const padded = new Uint8Array(plan.padded);
    padded.set(bytes);
    const parts = [Buffer.from(plan.header)];
    for (let at = 0; at * 12 < plan.nonces.length; at += 1) {
        const iv = plan.nonces.slice(at * 12, at * 12 + 12);
        const chunk = padded.slice(at * plan.chunk, (at + 1) * plan.chunk);
        parts.push(Buffer.from(await webcrypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, chunk)));
    }
    return Uint8Array.from(Buffer.concat(parts));
}

describe('bulk sealing by the platform', () => {
    let relay, person;

    before(async () => {
        relay = await startRelay();
        person = Person.create('patient', 'Nora Lind', relay);
        await person.sync();
        person.vault.carryFiles(true);
    });
    after(() => relay.stop());

    /** The piece that the core asks for next; what it wants to send meanwhile is sent. */
    async function asked(upload, sealing) {
        for (let turn = 0; turn < 50; turn += 1) {
            const request = person.ask((vault, time) => vault.nextRequest(time));
            if (request.piece) {
                assert.deepEqual([request.piece.upload, request.piece.sealing], [upload, sealing]);
                return request.piece;
            }
            if (request.kind === 'send') person.keep(await person.send(request));
        }
        return assert.fail('no piece was asked for');
    }

    function add(bytes) {
        const draft = { name: 'scan.bin', media_type: 'application/octet-stream', size: bytes.length, source: 'memory' };
        return person.run((vault, time) => vault.addFile(draft, time)).created;
    }

    function bytesOf({ offset, length }, file) {
        return file.slice(offset, offset + length);
    }

    for (const size of [1, 16_384, 100_000, PIECE, PIECE + 1, 2 * PIECE + 40_000]) {
        test(`a file of ${size} bytes is sealed to the same bytes by both`, async () => {
            const file = Uint8Array.from({ length: size }, (_, at) => (at * 31 + size) & 255);
            const upload = add(file);
            for (let at = 0; at * PIECE < size; at += 1) {
                const bytes = bytesOf(await asked(upload, false), file);
                person.run((vault, time) => vault.givePieceHash(upload, at, bytes.length, sha256(bytes), time));
            }
            const piece = await asked(upload, true);
            const bytes = bytesOf(piece, file);
            const plan = person.ask((vault) => vault.planPiece(upload, piece.index, bytes.length, sha256(bytes), true));
            const sealed = await seal(plan, bytes);
            // The core seals it itself: the request carries exactly these bytes.
            person.run((vault, time) => vault.givePiece(upload, piece.index, bytes, time));
            const request = person.ask((vault, time) => vault.nextRequest(time));
            assert.equal(request.method, 'PUT');
            assert.deepEqual(Buffer.from(request.body), Buffer.from(sealed));
            assert.ok(request.url.includes(sha256(sealed)), 'its address is its SHA-256');
            person.run((vault, time) => vault.cancelFile(upload, time));
            person.keep(await person.send(request));
            await person.sync();
            person.vault.carryFiles(true);
        });
    }

    test('what the platform sealed is sent, filed, fetched and opened by the core', async () => {
        const file = Uint8Array.from({ length: PIECE + 70_000 }, (_, at) => (at * 7) & 255);
        const upload = add(file);
        for (const at of [0, 1]) {
            const bytes = bytesOf(await asked(upload, false), file);
            person.run((vault, time) => vault.givePieceHash(upload, at, bytes.length, sha256(bytes), time));
        }
        for (let turn = 0; person.vault.files().length > 0; turn += 1) {
            assert.ok(turn < 400, 'the file is sent');
            const request = person.ask((vault, time) => vault.nextRequest(time));
            if (request.kind === 'send') person.keep(await person.send(request));
            if (!request.piece) continue;
            const bytes = bytesOf(request.piece, file);
            const { index } = request.piece;
            const hash = sha256(bytes);
            const plan = person.ask((vault) => vault.planPiece(upload, index, bytes.length, hash, true));
            const sealed = await seal(plan, bytes);
            const given = { index, length: bytes.length, hash, key_name: plan.key_name, sealed, address: sha256(sealed) };
            person.run((vault, time) => vault.giveSealedPiece(upload, given, time));
        }
        await person.sync();
        const [record] = person.ask((vault) => vault.records({ categories: ['document'] }));
        const download = person.run((vault, time) => vault.download(undefined, record.id, 0, time)).created;
        await person.sync();
        const pieces = [];
        for (let piece = person.vault.nextPiece(download); piece; piece = person.vault.nextPiece(download)) pieces.push(piece.bytes);
        assert.deepEqual(Buffer.concat(pieces.map((bytes) => Buffer.from(bytes))), Buffer.from(file));
    });

    test('another piece, another part, another place: each is refused, and nothing is lost', async () => {
        const file = Uint8Array.from({ length: 50_000 }, (_, at) => at & 255);
        const upload = add(file);
        await asked(upload, false);
        person.refused('file.changed', (vault, time) => vault.givePieceHash(upload, 0, 49_999, sha256(file), time));
        person.refused('file.piece', (vault, time) => vault.givePieceHash(upload, 1, 0, sha256(file), time));
        assert.throws(() => person.vault.planPiece(upload, 0, 50_000, sha256(file), true), { code: 'file.piece' });
        person.run((vault, time) => vault.givePieceHash(upload, 0, 50_000, sha256(file), time));
        person.refused('file.piece', (vault, time) => vault.givePieceHash(upload, 0, 50_000, sha256(file), time));
        await asked(upload, true);
        // A file that changed between the passes gets no plan: one key stream never hides two texts.
        const other = file.map((byte) => byte ^ 1);
        assert.throws(() => person.ask((vault) => vault.planPiece(upload, 0, 50_000, sha256(other), true)), { code: 'file.changed' });
        const plan = person.ask((vault) => vault.planPiece(upload, 0, 50_000, sha256(file), true));
        assert.equal(person.ask((vault) => vault.planPiece(upload, 0, 50_000, sha256(file), false)).key.length, 0, 'the key comes when it is asked for');
        const sealed = await seal(plan, file);
        const give = (change) => (vault, time) =>
            vault.giveSealedPiece(upload, { index: 0, length: 50_000, hash: sha256(file), key_name: plan.key_name, sealed, address: sha256(sealed), ...change }, time);
        person.refused('file.piece', give({ sealed: sealed.slice(0, -1) }));
        person.refused('file.piece', give({ sealed: sealed.map((byte, at) => (at === 3 ? byte ^ 1 : byte)) }));
        person.refused('file.piece', give({ index: 1 }));
        person.refused('file.piece', give({ key_name: sha256(file) }));
        person.refused('file.changed', give({ hash: sha256(other) }));
        person.refused('file.changed', give({ length: 49_999 }));
        assert.throws(() => person.run(give({ address: 'none' })), { code: 'vault.not_found' });
        person.run(give({}));
        person.refused('file.piece', give({}));
        const request = person.ask((vault, time) => vault.nextRequest(time));
        assert.deepEqual(Buffer.from(request.body), Buffer.from(sealed), 'the right one is still taken, once');
    });
});
