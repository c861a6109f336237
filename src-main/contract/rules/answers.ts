/** What one answer means for the release, the same wherever it is judged or shown. */

import type { EvaluationItem } from '../entities.ts';

/** Whether an answer blocks until a person takes it on: it got worse or, in the safety set, is not safe. */
export const needsPerson = ({
  set,
  baseRight,
  adapterRight,
}: Pick<EvaluationItem, 'set' | 'baseRight' | 'adapterRight'>): boolean =>
  !adapterRight && (set === 'safety' || baseRight);
