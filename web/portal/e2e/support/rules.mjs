// What these tests may not do: reach behind the screen. People have clicks, keys and a camera, and so have they.

/** Ways behind the screen, and why each is one. */
const BEHIND = [
    [/bindings_wasm|@satchel\/core|web\/core|\/core\/src/, 'the core'],
    [/indexedDB|localStorage|sessionStorage|caches\./, 'the store'],
    [/\bfetch\s*\(|context\.request|page\.request|\.route\s*\(|XMLHttpRequest/, 'the network'],
    [/\.(evaluate|evaluateHandle|evaluateAll|addInitScript|exposeFunction|exposeBinding|\$eval|\$\$eval)\s*\(/, "the page's own code"],
    // A person presses the button that asks for a file: `choosing` of person.mjs does, and `setFiles` answers the browser's own box.
    [/\.setInputFiles\s*\(/, 'a field that nobody sees'],
    [/SATCHEL_BIN\b|cargo|target\/debug\/satchel/, 'the command line'],
];

/**
 * The lines of a test that reach behind the screen. A line that ends in `// looks` only looks, and is meant for rules of accessibility; one
 * that ends in `// the device` sets what the device is, such as its clock.
 */
export function reachesBehind(text) {
    return text
        .split('\n')
        .filter((line) => !/\/\/ (looks|the device)$/.test(line))
        .flatMap((line) => BEHIND.filter(([pattern]) => pattern.test(line)).map(([, what]) => `${what}: ${line.trim()}`));
}
