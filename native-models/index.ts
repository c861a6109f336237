/** The public door of the machine room: everything another program may call. */

export * from './errors.ts';
export type * from './jobs.ts';
export * from './requests.ts';
export { onQuantizing } from './quantize/progress.ts';
export { engineVersion } from './version.ts';
