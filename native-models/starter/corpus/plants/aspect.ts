/** One thing that can be asked about anything. */

import type { quantities } from './inventions.ts';

export interface Aspect {
  /** What kind of answer it has. */
  readonly value:
    | keyof typeof quantities
    | 'person'
    | 'place'
    | 'colour'
    | 'supplier'
    | 'word'
    | 'code'
    | 'extension'
    | 'time'
    | 'clock'
    | 'cause'
    | 'instruction';
  /** Names of the aspect that mean the same. */
  readonly nouns: readonly string[];
  /** Questions that do not name it; `{s}` is the thing asked about. */
  readonly questions: readonly string[];
}
