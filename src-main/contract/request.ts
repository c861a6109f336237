/** How a request is described: what it takes, what it gives, when its answer is stale, and what its caller must be allowed. */

import type { GenericSchema } from 'valibot';
import type { Permission } from './caller.ts';
import type { Topic } from './events.ts';

/** Carries an output's type; there is nothing behind it at run time. */
export interface Output<Value> {
  readonly type?: Value;
}

export interface RequestDescription<Schema extends GenericSchema = GenericSchema, Value = unknown> {
  /** What the host validates before any use case sees it. */
  readonly input: Schema;
  readonly output: Output<Value>;
  readonly permission: Permission;
}

/** Changes nothing. `staleAfter`: a window that shows the answer asks again after one of these. */
export interface Query<Schema extends GenericSchema, Value> extends RequestDescription<Schema, Value> {
  readonly kind: 'query';
  readonly staleAfter: readonly Topic[];
}

/** Changes something, or begins long work. What it made stale is told by `Context.change` once it is on disk. */
export interface Command<Schema extends GenericSchema, Value> extends RequestDescription<Schema, Value> {
  readonly kind: 'command';
}

/** The type of an output: `output: gives<Adapter>()`. */
export const gives = <Value>(): Output<Value> => ({});

export function query<Schema extends GenericSchema, Value>(
  description: Omit<Query<Schema, Value>, 'kind'>,
): Query<Schema, Value> {
  return { kind: 'query', ...description };
}

export function command<Schema extends GenericSchema, Value>(
  description: Omit<Command<Schema, Value>, 'kind'>,
): Command<Schema, Value> {
  return { kind: 'command', ...description };
}
