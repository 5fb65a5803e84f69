// The worker that holds the core and the vault. It is served with the only policy that allows WebAssembly.

import { serve } from '@satchel/core/worker';
import module from '../../../core/generated/bindings_wasm_bg.wasm?url';

serve(module);
