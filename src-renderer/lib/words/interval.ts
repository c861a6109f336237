/** A share with what chance leaves open around it. */

import type { Score } from '../../../src-main/contract/index.ts';
import { percent } from '../format.ts';

/** 88 % (78–94 %) */
export const withInterval = (score: Score): string =>
  `${percent(score.share)} (${percent(score.low).replace(/\s*%$/, '')}–${percent(score.high)})`;
