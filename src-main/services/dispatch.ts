/** The hallway's door on the host side: validates a request, runs its use case, and turns every error into a report. */

import * as v from 'valibot';
import type { Caller } from '../contract/caller.ts';
import type { EntryFault } from '../contract/entry-words.ts';
import { OfficeError } from '../contract/errors.ts';
import { type Reply, type RequestName, requests } from '../contract/requests.ts';
import { onBehalfOf } from './caller-of-now.ts';
import type { Handlers } from './context.ts';
import { toErrorReport } from './error-report.ts';

/** Never rejects. */
export type Dispatch = (name: string, input: unknown, caller: Caller) => Promise<Reply<RequestName>>;

/**
 * @param handlerOf the use case that answers this caller; throws an OfficeError where its project cannot be asked
 * @param onUnexpected hears of errors that nobody foresaw, for the technical log
 */
export function createDispatcher(
  handlerOf: <Name extends RequestName>(name: Name, caller: Caller) => Handlers[Name],
  onUnexpected: (error: unknown, request: string) => void = () => {},
): Dispatch {
  return async (name, input, caller) => {
    try {
      if (!Object.hasOwn(requests, name)) throw new OfficeError('request-unknown', { name: name.slice(0, 100) });
      const request = name as RequestName;
      const { permission } = requests[request];
      if (!caller.permissions.includes(permission)) throw new OfficeError('not-permitted', { permission });
      const valid = validate(request, input);
      // One of many functions: the schema that fits it was looked up under the same name.
      const handler = handlerOf(request, caller) as (valid: unknown, caller: Caller) => Promise<never>;
      return { ok: true, value: await onBehalfOf(caller, () => handler(valid, caller)) };
    } catch (error) {
      const { report, unexpected } = toErrorReport(error);
      if (unexpected) onUnexpected(error, name);
      return { ok: false, error: report };
    }
  };
}

/** What a use case gets. @throws OfficeError request-invalid, with the first field that is wrong and how */
export function validate(name: RequestName, input: unknown): unknown {
  const long = longList(input);
  if (long !== null) throw new OfficeError('request-invalid', { field: long, fault: 'too-many', bound: mostEntries });
  const result = v.safeParse(requests[name].input, input, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const { requirement } = issue;
  const bound = typeof requirement === 'number' ? requirement : '';
  throw new OfficeError('request-invalid', { field: v.getDotPath(issue) ?? name, fault: faultOf(issue), bound });
}

/** More than any field takes: to look at each entry of half a million would keep everybody else waiting for seconds. */
const mostEntries = 10_000;
/** How deep a field lies at most. */
const deepest = 4;

/** The path of a list with more entries than that, as `v.getDotPath` writes it; null where there is none. */
function longList(value: unknown, path: readonly string[] = []): string | null {
  if (typeof value !== 'object' || value === null || path.length > deepest) return null;
  if (Array.isArray(value) && value.length > mostEntries) return path.join('.');
  for (const [name, part] of Object.entries(value)) {
    const found = longList(part, [...path, name]);
    if (found !== null) return found;
  }
  return null;
}

/** Of valibot's kinds of issues; its own messages are English and say types. https://valibot.dev/guides/issues/ */
const faults: Readonly<Record<string, EntryFault>> = {
  min_length: 'empty',
  max_length: 'too-long',
  min_value: 'too-small',
  max_value: 'too-large',
  integer: 'not-whole',
  safe_integer: 'not-whole',
  number: 'not-a-number',
  finite: 'not-a-number',
  picklist: 'not-a-choice',
  union: 'not-a-choice',
  check: 'contradictory',
};

function faultOf({ type, received, expected, input }: v.BaseIssue<unknown>): EntryFault {
  if (type === 'max_length' && Array.isArray(input)) return 'too-many';
  if (expected === 'never') return 'unknown';
  // An empty number field arrives as null.
  if (received === 'undefined' || received === 'null') return 'missing';
  return faults[type] ?? 'wrong-form';
}
