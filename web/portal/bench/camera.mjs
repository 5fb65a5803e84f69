// A code before a browser's camera: from the first frame to what the code says, and from the tap to the claim, and on to the symbols. Between
// the screen and the tap a person reads and decides; that time is not counted.

import { closeAll } from '../e2e/support/browser.mjs';
import { showCode } from '../e2e/support/consent.mjs';
import { Person } from '../e2e/support/person.mjs';
import { Relay } from '../e2e/support/relay.mjs';

const ROUNDS = 5;
const WANTED = 500;

const relay = await Relay.start();
const [claims, symbols] = [[], []];
try {
    for (let round = 0; round < ROUNDS; round += 1) {
        const patient = await Person.create(relay, 'patient', 'Asha Menon');
        const reader = await Person.create(relay, 'practitioner', 'Dr Vikram Rao');
        await showCode(patient);
        await reader.pointAt(patient);
        const reading = reader.page.evaluate(untilRead, 'Nothing was sent yet.');
        await reader.tab('Scan');
        const read = await reading;
        const answered = reader.page
            .waitForResponse((one) => new URL(one.url()).pathname.endsWith('/claim') && one.request().method() !== 'GET' && one.ok())
            .then(() => performance.now());
        const begun = performance.now();
        const compared = await reader.page.evaluate(untilCompared, 'Ask for access');
        const claimed = (await answered) - begun;
        claims.push(read + claimed);
        symbols.push(read + compared);
        console.log(`first frame to what the code says: ${whole(read)}; tap to claim: ${whole(claimed)}; tap to the symbols: ${whole(compared)}`);
        await closeAll();
    }
    console.log(`first frame to claim, without the person: median ${whole(median(claims))} (wanted: ${WANTED} ms); to the symbols: ${whole(median(symbols))}`);
} finally {
    await closeAll();
    await relay.stop();
}

/** Runs in the page: from the camera's first frame until these words stand on the screen. */
async function untilRead(words) {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const live = () => [...document.querySelectorAll('video')].some((video) => video.readyState >= 2 && video.videoWidth > 0);
    while (!live()) await frame();
    const started = performance.now();
    while (!document.body.innerText.includes(words)) await frame();
    return performance.now() - started;
}

/** Runs in the page: presses the button, and waits until there are symbols to compare. */
async function untilCompared(name) {
    const started = performance.now();
    [...document.querySelectorAll('button')].find((button) => button.innerText.trim() === name).click();
    while (!document.querySelector('[aria-label^="Check symbols:"]')) await new Promise((done) => requestAnimationFrame(done));
    return performance.now() - started;
}

function median(numbers) {
    return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

function whole(milliseconds) {
    return `${milliseconds.toFixed(0)} ms`;
}
