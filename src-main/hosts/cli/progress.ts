/** Progress in a terminal: one moving line where there is a screen, a line now and then where there is not. */

import { duration } from './figures.ts';

export interface Progress {
  /** `secondsLeft` null while nobody can say. */
  show(label: string, done: number, total: number, secondsLeft: number | null, detail?: string): void;
  /** Leaves a finished line behind. */
  line(text: string): void;
}

export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const barWidth = 24;
/** Without a screen: one line for each tenth of the way. */
const plainParts = 10;

export function createProgress(output: ProgressOutput, leftWord: string): Progress {
  const screen = output.isTTY === true;
  let plainKey = '';
  let open = false;
  return {
    show(label, done, total, secondsLeft, detail = '') {
      const share = total > 0 ? Math.min(1, done / total) : 0;
      const left = secondsLeft === null ? '' : ` · ${leftWord} ${duration(secondsLeft)}`;
      const text = `${label} ${done}/${total}${left}${detail === '' ? '' : ` · ${detail}`}`;
      if (screen) {
        const full = Math.round(share * barWidth);
        const bar = `${'█'.repeat(full)}${'░'.repeat(barWidth - full)} ${text}`;
        // Cut rather than wrapped: a wrapped line could not be written over.
        output.write(`\r\x1b[2K${bar.slice(0, (output.columns ?? 80) - 1)}`);
        open = true;
        return;
      }
      const key = `${label} ${Math.floor(share * plainParts)}`;
      if (key !== plainKey) output.write(`${text}\n`);
      plainKey = key;
    },
    line(text) {
      output.write(`${open ? '\r\x1b[2K' : ''}${text}\n`);
      open = false;
    },
  };
}
