/**
 * What several rooms, or the contract, name of jobs, as plain data: paths and numbers, never tensors, so that they travel
 * between processes. What belongs to one job alone stands beside its function; `requests.ts` lists those.
 */

export type * from './jobs/adapter.ts';
export type * from './jobs/answer.ts';
export type * from './jobs/control.ts';
export type * from './jobs/device.ts';
export type * from './jobs/evaluate.ts';
export type * from './jobs/example.ts';
export type * from './jobs/model.ts';
export type * from './jobs/precision.ts';
export type * from './jobs/train.ts';
export type * from './jobs/wordings.ts';
