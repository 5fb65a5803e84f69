export type * from './api.ts';
export { connect, type Options, type Updates } from './client.ts';
