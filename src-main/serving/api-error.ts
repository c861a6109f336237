/** What went wrong, as OpenAI's API tells it, so that its clients raise the error that people know. */

import { errorSentence } from '../contract/errors.ts';

export interface ApiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    /** The field that is meant, or null. */
    readonly param: string | null;
    readonly code: string | null;
  };
}

type Status = 400 | 401 | 403 | 404 | 405 | 413 | 429 | 500 | 503;

interface ApiErrorOptions {
  readonly param?: string | null;
  readonly code?: string | null;
  /** Seconds after which another try is worth it. */
  readonly retryAfter?: number;
}

export class ApiError extends Error {
  readonly status: Status;
  readonly body: ApiErrorBody;
  readonly retryAfter: number | undefined;

  constructor(status: Status, message: string, { param = null, code = null, retryAfter }: ApiErrorOptions = {}) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
    this.body = { error: { message, type: typeOf(status), param, code } };
  }
}

function typeOf(status: Status): string {
  if (status === 429) return 'rate_limit_error';
  if (status >= 500) return 'server_error';
  return status === 401 ? 'authentication_error' : 'invalid_request_error';
}

/** A field that is wrong. */
export const badField = (param: string, message: string): ApiError =>
  new ApiError(400, message, { param, code: 'invalid_value' });

/** A field that the API knows and this server does not do. */
export const unsupported = (param: string): ApiError =>
  new ApiError(400, `Unsupported parameter: '${param}' is not supported by this server. Leave it out.`, {
    param,
    code: 'unsupported_parameter',
  });

export const unknownModel = (name: string): ApiError =>
  new ApiError(404, `The model '${name}' does not exist. GET /v1/models lists those that do.`, {
    param: 'model',
    code: 'model_not_found',
  });

/** Whoever waits no longer: nobody reads what this says. */
export const clientGone = (): ApiError => new ApiError(400, 'The request was cancelled.', { code: 'cancelled' });

/** What is nobody's mistake, and may be well again soon. */
const cannotNow: readonly string[] = [
  ...['engine-crashed', 'engine-unavailable', 'answer-withdrawn'],
  ...['release-files-changed', 'model-missing', 'model-changed', 'not-found', 'name-unknown', 'project-missing'],
];

/** @param promptField the field that holds what is asked */
export function toApiError(error: unknown, promptField: string): ApiError {
  if (error instanceof ApiError) return error;
  const { code, values } = error as { readonly code?: string; readonly values?: Readonly<Record<string, unknown>> };
  if (code === undefined || values === undefined) return new ApiError(500, 'Something unexpected happened.');
  const message = errorSentence({ code, values } as Parameters<typeof errorSentence>[0], 'en');
  if (code === 'context-exceeded') {
    return new ApiError(
      400,
      `This model's maximum context length is ${Number(values['limit']) + 1} tokens. The prompt has ${String(values['tokens'])} tokens, which leaves no room for an answer.`,
      { param: promptField, code: 'context_length_exceeded' },
    );
  }
  if (code === 'setting-invalid' || code === 'template-missing' || code === 'template-failed') {
    return new ApiError(400, message, { param: promptField, code: 'invalid_value' });
  }
  if (code === 'cancelled') return clientGone();
  return new ApiError(cannotNow.includes(code) ? 503 : 500, message, { code });
}
