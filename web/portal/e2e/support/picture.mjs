// What a screen shows, as pixels: screenshots are read here, and turned into what a camera would see.

import assert from 'node:assert/strict';
import { inflateSync } from 'node:zlib';

/** The pixels of a screenshot: PNG with eight bits a channel and no interlacing, which is what browsers write. */
export function readPng(file) {
    assert.equal(file.toString('latin1', 1, 4), 'PNG');
    let [width, height, channels] = [0, 0, 0];
    const parts = [];
    for (let at = 8; at < file.length; ) {
        const length = file.readUInt32BE(at);
        const kind = file.toString('latin1', at + 4, at + 8);
        const body = file.subarray(at + 8, at + 8 + length);
        if (kind === 'IHDR') {
            [width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)];
            channels = { 0: 1, 2: 3, 6: 4 }[body[9]];
            assert.ok(body[8] === 8 && channels && body[12] === 0, 'a plain screenshot');
        } else if (kind === 'IDAT') {
            parts.push(body);
        }
        at += 12 + length;
    }
    const rows = inflateSync(Buffer.concat(parts));
    const stride = width * channels;
    const pixels = Buffer.alloc(stride * height);
    for (let y = 0; y < height; y += 1) {
        unfilter(rows, y * (stride + 1), pixels, y * stride, stride, channels);
    }
    return { width, height, channels, pixels };
}

/** One row of PNG: every byte is stored as the difference from a guess out of its neighbours. */
function unfilter(rows, from, pixels, to, stride, channels) {
    const filter = rows[from];
    for (let x = 0; x < stride; x += 1) {
        const left = x >= channels ? pixels[to + x - channels] : 0;
        const up = to > 0 ? pixels[to + x - stride] : 0;
        const corner = x >= channels && to > 0 ? pixels[to + x - stride - channels] : 0;
        const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
        pixels[to + x] = rows[from + 1 + x] + guess;
    }
}

function paeth(left, up, corner) {
    const sum = left + up - corner;
    const [a, b, c] = [Math.abs(sum - left), Math.abs(sum - up), Math.abs(sum - corner)];
    return a <= b && a <= c ? left : b <= c ? up : corner;
}

/** Brightness of a picture, a byte a pixel, fitted into a frame as a camera held before the screen would see it. */
export function luma(picture, width, height) {
    const { pixels, channels } = picture;
    const seen = Buffer.alloc(width * height, 110);
    const scale = Math.min((0.9 * width) / picture.width, (0.9 * height) / picture.height);
    const [wide, high] = [Math.floor(picture.width * scale), Math.floor(picture.height * scale)];
    const [left, top] = [(width - wide) >> 1, (height - high) >> 1];
    for (let y = 0; y < high; y += 1) {
        const from = Math.floor((y + 0.5) / scale) * picture.width;
        for (let x = 0; x < wide; x += 1) {
            const at = (from + Math.floor((x + 0.5) / scale)) * channels;
            const [r, g, b] = channels < 3 ? [pixels[at], pixels[at], pixels[at]] : pixels.subarray(at, at + 3);
            // A screen before a lens is neither black nor white.
            seen[(top + y) * width + left + x] = 30 + 0.8 * (0.299 * r + 0.587 * g + 0.114 * b);
        }
    }
    return seen;
}
