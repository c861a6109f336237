/** Any thrown thing as the report that a screen can translate. */

import type { ErrorReport } from '../contract/entities.ts';
import { errorSentences, OfficeError } from '../contract/errors.ts';
import { storageError } from '../store/storage-errors.ts';

/** @returns the report, and whether it was something nobody foresaw. */
export function toErrorReport(error: unknown): { readonly report: ErrorReport; readonly unexpected: boolean } {
  const known = error instanceof OfficeError || isModelError(error) ? error : storageError(error, '');
  if (known) return { report: { code: known.code, values: known.values }, unexpected: false };
  const reason = error instanceof Error ? error.message : String(error);
  return { report: { code: 'unexpected', values: { reason } }, unexpected: true };
}

/** Errors of the machine room keep their shape, not their class, when they cross a process. */
function isModelError(error: unknown): error is Error & ErrorReport {
  return (
    error instanceof Error &&
    'code' in error &&
    'values' in error &&
    typeof error.code === 'string' &&
    Object.hasOwn(errorSentences.en, error.code)
  );
}
