// The camera of a browser: a video file that shows what stands on another person's screen. The file's name is fixed when the browser
// starts; its frames are read anew whenever the camera is switched on, so it can be turned to another screen meanwhile.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import encodeQR from 'qr';
import decode from 'qr/decode.js';
import { luma, readPng } from './picture.mjs';

const [WIDTH, HEIGHT] = [1280, 720];
/** Frames of each picture, ten a second. */
const FRAMES = 4;

export class Camera {
    constructor(file) {
        this.file = file;
        this.#write([Buffer.alloc(WIDTH * HEIGHT, 110)]);
    }

    /** Flags by which Chromium takes this file for its camera, and the person's leave for given or not. */
    flags(given) {
        const leave = given ? ['--use-fake-ui-for-media-stream'] : [];
        return ['--use-fake-device-for-media-stream', ...leave, `--use-file-for-fake-video-capture=${this.file}`];
    }

    /** Holds the camera before what a screen shows; of a row of codes, one after the other. */
    pointAt(...screenshots) {
        this.#write(screenshots.map((screenshot) => luma(readPng(screenshot), WIDTH, HEIGHT)));
    }

    /** Holds the camera before a code that somebody else printed. */
    show(text) {
        const code = encodeQR(text, 'raw', { ecc: 'medium', border: 4 });
        const cell = Math.floor((0.8 * HEIGHT) / code.length);
        const [left, top] = [(WIDTH - cell * code.length) >> 1, (HEIGHT - cell * code.length) >> 1];
        const seen = Buffer.alloc(WIDTH * HEIGHT, 110);
        for (const [row, line] of code.entries()) {
            for (let y = top + row * cell; y < top + (row + 1) * cell; y += 1) {
                for (const [column, dark] of line.entries()) {
                    seen.fill(dark ? 35 : 225, y * WIDTH + left + column * cell, y * WIDTH + left + (column + 1) * cell);
                }
            }
        }
        this.#write([seen]);
    }

    #write(pictures) {
        const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
        const frames = pictures.flatMap((seen) => Array(FRAMES).fill(Buffer.concat([Buffer.from('FRAME\n'), seen, grey])));
        const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`);
        // Never half a file: a browser may be reading it.
        writeFileSync(`${this.file}.new`, Buffer.concat([head, ...frames]));
        renameSync(`${this.file}.new`, this.file);
    }
}

/** The text of the code in a picture, for whoever pastes it instead of scanning. */
export function textOf(screenshot) {
    const { width, height, channels, pixels } = readPng(screenshot);
    const rgba = new Uint8Array(width * height * 4);
    for (let at = 0; at < width * height; at += 1) {
        for (let channel = 0; channel < 4; channel += 1) {
            rgba[at * 4 + channel] = channel === 3 ? 255 : pixels[at * channels + Math.min(channel, channels - 1)];
        }
    }
    return decode({ width, height, data: rgba });
}

/** The same for a picture in a file. */
export const textIn = (file) => textOf(readFileSync(file));
