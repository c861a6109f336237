/** The hallway's door on the host side: validates a request, runs its use case, and turns every error into a report. */

import * as v from 'valibot';
import { OfficeError } from '../contract/errors.ts';
import { type Reply, type RequestName, requestSchemas } from '../contract/requests.ts';
import type { Handlers } from './context.ts';
import { toErrorReport } from './error-report.ts';

/** Never rejects. */
export type Dispatch = (name: string, input: unknown) => Promise<Reply<RequestName>>;

/** @param onUnexpected hears of errors that nobody foresaw, for the technical log. */
export function createDispatcher(
  handlers: Handlers,
  onUnexpected: (error: unknown, request: string) => void = () => {},
): Dispatch {
  return async (name, input) => {
    try {
      if (!Object.hasOwn(requestSchemas, name)) throw new OfficeError('request-unknown', { name: name.slice(0, 100) });
      const request = name as RequestName;
      // One entry of a record of functions: the schema that fits the handler was looked up under the same name.
      const handler = handlers[request] as (valid: unknown) => Promise<never>;
      return { ok: true, value: await handler(validate(request, input)) };
    } catch (error) {
      const { report, unexpected } = toErrorReport(error);
      if (unexpected) onUnexpected(error, name);
      return { ok: false, error: report };
    }
  };
}

function validate(name: RequestName, input: unknown): unknown {
  const result = v.safeParse(requestSchemas[name], input, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new OfficeError('request-invalid', { field: v.getDotPath(issue) ?? name, reason: issue.message });
}
