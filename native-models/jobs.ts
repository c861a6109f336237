/** The jobs that the machine room can do, as plain data: paths and numbers, never tensors, so that they travel between processes. */

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
