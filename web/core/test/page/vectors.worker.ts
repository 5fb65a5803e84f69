import init, { runVector } from '../../generated/bindings_wasm.js';
import module from '../../generated/bindings_wasm_bg.wasm?url';

addEventListener('message', async ({ data }: MessageEvent<[string, string][]>) => {
    await init({ module_or_path: module });
    postMessage(data.map(([operation, input]) => runVector(operation, input)));
});
