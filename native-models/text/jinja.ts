/** Chat templates are Jinja programs; this runs them with the environment that transformers gives them. */

import { ModelError } from '../errors.ts';
import { parseTemplate } from './python-interpreter.ts';
import { formatDate } from './python-values.ts';

export type RenderTemplate = (variables: Readonly<Record<string, unknown>>) => string;

/**
 * Compiles a template as transformers does (`trim_blocks`, `lstrip_blocks`, `raise_exception`, `strftime_now`).
 * `today` is what `strftime_now` tells. Raises `template-failed`, also when the template itself refuses a chat.
 * https://huggingface.co/docs/transformers/chat_templating_writing
 */
export function compileTemplate(source: string, today: Date): RenderTemplate {
  const failing = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (cause) {
      throw new ModelError('template-failed', { reason: reasonOf(cause as Error) }, { cause });
    }
  };
  // Jinja reads any line end as \n; a template saved on Windows must not put \r into every prompt.
  const normalized = source.replace(/\r\n?/g, '\n');
  const program = failing(() => parseTemplate(normalized));
  return (variables) =>
    failing(() => {
      const functions = { range: rangeOfLimit(), strftime_now: (format: string) => formatDate(today, format) };
      return program({ ...constants, ...functions, ...variables });
    });
}

/** The engine's own words for a program that has no end, or that ends in the middle, name nothing of the template. */
function reasonOf(error: Error): string {
  if (error instanceof RangeError) return 'it is nested too deep, or writes too much';
  if (error instanceof TypeError) return 'it is cut off, or a part of it is not of the kind it is used as';
  return error.message;
}

const constants = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  raise_exception: (reason: string) => {
    throw new Error(reason);
  },
};

/** Python's `range`, with the limit that Jinja's sandbox sets against endless templates: here for all of one rendering. */
function rangeOfLimit(): (...bounds: number[]) => number[] {
  let left = 100_000;
  return (...bounds) => {
    const [start, stop, step] = bounds.length === 1 ? [0, bounds[0]!, 1] : [bounds[0]!, bounds[1]!, bounds[2] ?? 1];
    const length = Math.max(0, Math.ceil((stop - start) / step));
    if (!(length <= left)) throw new Error('range is too large');
    left -= length;
    return Array.from({ length }, (_, index) => start + index * step);
  };
}
