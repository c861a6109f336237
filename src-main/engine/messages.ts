/** What the host and a model process say to each other: paths and numbers, never tensors. */

import type { ErrorReport } from '../contract/entities.ts';
import type { QuantizeProgress } from '../../native-models/jobs.ts';
import type { EngineCallName, EngineJobName } from './engine.ts';

/** `id` is unique for the life of the process; `input` is the one of `EngineCalls` or `EngineJobs` under `name`. */
export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly name: EngineCallName; readonly input: unknown }
  | { readonly kind: 'start'; readonly id: number; readonly name: EngineJobName; readonly input: unknown }
  | { readonly kind: 'pause' | 'resume' | 'cancel'; readonly id: number };

export type FromWorker =
  /** Said once, when the machine room has been loaded. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  /** Of whichever request needs it; null: no more. */
  | { readonly kind: 'quantizing'; readonly progress: QuantizeProgress | null }
  | { readonly kind: 'value'; readonly id: number; readonly value: unknown }
  /** `detail` is the stack, for the log alone. */
  | { readonly kind: 'failed'; readonly id: number; readonly error: ErrorReport; readonly detail: string };
