// Behind the generated binding, in the same script: verifies off the page's thread, so that the page stays usable and can stop it.
// The page hands over the compressed module once, and then files.

const inflate = async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
};

self.onmessage = async ({ data: { module, file, trusted, now } }) => {
    try {
        initSync({ module: await inflate(module) });
        self.postMessage({ stage: 'verify' });
        const verification = Vault.verifyExport(new Uint8Array(file), trusted, now);
        const text = new TextDecoder();
        for (const record of verification.records) {
            record.fhir = text.decode(Uint8Array.from(record.fhir));
        }
        self.postMessage({ verification });
    } catch (error) {
        // What the core refuses has a code; anything else is this device's or this page's trouble.
        self.postMessage({ refused: { code: error?.code ?? null, message: String(error?.message ?? error) } });
    }
};
