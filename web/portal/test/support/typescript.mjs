// Lets `node --test` import the portal's TypeScript, and its modules with runes as a server would run them:
//   node --import ./test/support/typescript.mjs --test …

import { register } from 'node:module';

register(new URL('./hooks.mjs', import.meta.url));
