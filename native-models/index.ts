/** The public door of the machine room: everything another program may call. */

export * from './errors.ts';
export * from './jobs.ts';
