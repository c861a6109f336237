/** Everything that a report is made of, as it is stored. */

import type {
  Adapter,
  BaseModel,
  Costs,
  EvaluationDetail,
  Project,
  Release,
  Returns,
  RunDetail,
  VoteResult,
} from '../../contract/entities.ts';

export interface ReportFacts {
  readonly project: Project;
  readonly evaluation: EvaluationDetail;
  readonly adapter: Adapter;
  readonly model: Pick<BaseModel, 'name' | 'fingerprint' | 'bundled'>;
  /** null for an adapter from elsewhere. */
  readonly run: RunDetail | null;
  /** Examples that it was trained on; null for an adapter from elsewhere. */
  readonly trainedExamples: number | null;
  readonly costs: Costs;
  readonly returns: Returns;
  /** The newest revert that took this adapter off and whose base was compared; null: there was none. */
  readonly revert: Pick<Release, 'milliseconds' | 'baseIdentical'> | null;
  readonly vote: VoteResult;
  /** Of the program. */
  readonly version: string;
  readonly madeAt: string;
  readonly madeBy: string;
  /** Of the bootstrap interval. */
  readonly bootstrap: { readonly rounds: number; readonly seed: number };
}
