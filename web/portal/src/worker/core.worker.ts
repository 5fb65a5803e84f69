// The worker that holds the core and the vault. It is served with the only policy that allows WebAssembly.

import { serve } from '@satchel/core/worker';
import first from '../../../core/generated/first.wasm?url';
import rest from '../../../core/generated/rest.wasm?url';

serve({ first, rest });
