import { runVector } from '../../generated/bindings_wasm.js';
import first from '../../generated/first.wasm?url';
import rest from '../../generated/rest.wasm?url';
import { whole } from '../../src/wasm.ts';

addEventListener('message', async ({ data }: MessageEvent<[string, string][]>) => {
    await whole({ first, rest });
    postMessage(data.map(([operation, input]) => runVector(operation, input)));
});
