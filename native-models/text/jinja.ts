/** Chat templates are Jinja programs; this runs them with the environment that transformers gives them. */

import * as jinja from '@huggingface/jinja';
import { ModelError } from '../errors.ts';

/** What is used of the library; its own types do not resolve under Node's rules for imports. */
const { Environment, Interpreter, parse, tokenize } = jinja as unknown as {
  readonly Environment: new () => { set(name: string, value: unknown): void };
  readonly Interpreter: new (environment: object) => { run(program: object): { readonly value: string } };
  readonly parse: (tokens: object) => object;
  readonly tokenize: (source: string, options: object) => object;
};

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
      throw new ModelError('template-failed', { reason: (cause as Error).message }, { cause });
    }
  };
  // Jinja reads any line end as \n; a template saved on Windows must not put \r into every prompt.
  const normalized = source.replace(/\r\n?/g, '\n');
  const program = failing(() => parse(tokenize(normalized, { lstrip_blocks: true, trim_blocks: true })));
  return (variables) =>
    failing(() => {
      const environment = new Environment();
      const known = { ...constants, strftime_now: (format: string) => formatDate(today, format), ...variables };
      for (const [name, value] of Object.entries(known)) environment.set(name, value);
      return new Interpreter(environment).run(program).value;
    });
}

const constants = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range,
  raise_exception: (reason: string) => {
    throw new Error(reason);
  },
};

/** Python's `range`, with the limit that Jinja's sandbox sets against endless templates. */
function range(...bounds: number[]): number[] {
  const [start, stop, step] = bounds.length === 1 ? [0, bounds[0]!, 1] : [bounds[0]!, bounds[1]!, bounds[2] ?? 1];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= 100_000)) throw new Error('range is too large');
  return Array.from({ length }, (_, index) => start + index * step);
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'];
months.push('November', 'December');
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Python's `strftime` in English, whatever language the machine speaks: models were trained on these words. */
function formatDate(date: Date, format: string): string {
  const two = (number: number) => String(number).padStart(2, '0');
  const month = months[date.getMonth()]!;
  const weekday = weekdays[date.getDay()]!;
  const parts: Record<string, string> = {
    '%Y': String(date.getFullYear()),
    '%y': two(date.getFullYear() % 100),
    '%m': two(date.getMonth() + 1),
    '%d': two(date.getDate()),
    '%B': month,
    '%b': month.slice(0, 3),
    '%A': weekday,
    '%a': weekday.slice(0, 3),
    '%H': two(date.getHours()),
    '%M': two(date.getMinutes()),
    '%S': two(date.getSeconds()),
    '%%': '%',
  };
  return format.replace(/%./g, (place) => parts[place] ?? place);
}
