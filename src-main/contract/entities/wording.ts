/** Other wordings of facts, proposed for a person to check. */

import type { ProposedWording } from '../../../native-models/jobs.ts';

/** A fact that is asked for in one wording only, with what is proposed beside it. */
export interface WordingProposals {
  /** The example whose wording stands alone. */
  readonly exampleId: string;
  readonly question: string;
  readonly answer: string;
  readonly category: string;
  readonly proposals: readonly ProposedWording[];
}
