/** When no step may be taken, as somebody types it: one line for each shift and each blackout. */

import type { RequestInput, RolloutCalendar } from '../../../src-main/contract/index.ts';
import { linesOf } from '../../lib/lines.ts';
import { localTime, utcOf } from './local-time.ts';

type Typed = NonNullable<RequestInput<'rollouts.draft'>['calendar']>;

export class CalendarDraft {
  /** As the browser's field for date and time writes it; empty: no planned start. */
  startAt = $state('');
  shifts = $state('');
  blackouts = $state('');

  constructor(calendar?: RolloutCalendar) {
    if (!calendar) return;
    this.startAt = calendar.startAt === null ? '' : localTime(calendar.startAt);
    this.shifts = calendar.shifts.map(({ from, to }) => `${from}-${to}`).join('\n');
    this.blackouts = calendar.blackouts.map(({ from, to }) => (from === to ? from : `${from}/${to}`)).join('\n');
  }

  /** What is not written as it should be is left for the host to refuse by its name. */
  value(): Typed {
    return {
      startAt: this.startAt === '' ? null : utcOf(this.startAt),
      shifts: between(this.shifts, /\s*[-–~〜～]\s*/),
      blackouts: between(this.blackouts, /\s*[/／]\s*/),
    };
  }
}

/** One that names no end is its own. Full-width figures are figures. */
function between(text: string, separator: RegExp): { from: string; to: string }[] {
  return linesOf(text.normalize('NFKC')).map((each) => {
    const [from = '', ...rest] = each.split(separator);
    return { from, to: rest.length === 0 ? from : rest.join(' ') };
  });
}
