/** Which entries of the log somebody wants to see, as they choose it: days, not moments. */

import type { LogFilter } from '../../../src-main/contract/index.ts';

/** A form's fields; days as `YYYY-MM-DD`, empty where open. */
export interface ChosenLog {
  kind: string;
  by: string;
  subject: string;
  text: string;
  from: string;
  until: string;
}

export const wholeLog: ChosenLog = { kind: '', by: '', subject: '', text: '', from: '', until: '' };

/** The days are those of the reader's clock, and the last one counts whole. */
export function logFilterOf({ from, until, ...chosen }: ChosenLog): LogFilter {
  return { ...chosen, from: midnight(from, 0), until: midnight(until, 1) };
}

function midnight(day: string, daysLater: number): string | null {
  const [year, month, date] = day.split('-').map(Number);
  if (!year || !month || !date) return null;
  return new Date(year, month - 1, date + daysLater).toISOString();
}
