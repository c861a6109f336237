/**
 * Whose request is being answered. Use cases get their caller as an argument; what lies below them (the log, long work that
 * goes on when the request has been answered) learns it here, because it follows every await.
 */

import { AsyncLocalStorage } from 'node:async_hooks';
import type { Caller } from '../contract/caller.ts';

const callers = new AsyncLocalStorage<Caller>();

/** Runs `work`, and everything that it begins, in a caller's name. */
export const onBehalfOf = <Result>(caller: Caller, work: () => Result): Result => callers.run(caller, work);

/** null: nobody asked, as at the start of the app. */
export const callerOfNow = (): Caller | null => callers.getStore() ?? null;
