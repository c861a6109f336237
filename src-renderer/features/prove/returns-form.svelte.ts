/** What somebody types about the return, before it is saved: shares as percentages, as people say them. */

import type { RequestInput, ReturnAssumptions } from '../../../src-main/contract/index.ts';

type Assumed = Omit<ReturnAssumptions, 'coveredShare' | 'realUse'>;
type Draft = { -readonly [Name in keyof Assumed]: Assumed[Name] } & {
  coveredPercent: number;
  /** Whether answers in use have been counted. */
  counted: boolean;
  right: number;
  answers: number;
  perDay: number;
};

function draftOf({ coveredShare, realUse, ...rest }: ReturnAssumptions): Draft {
  const { right = 0, answers = 1, questionsPerDay: perDay = 0 } = realUse ?? {};
  // To a tenth of a percent, so that 0.07 does not come back as 7.000000000000001.
  const coveredPercent = Math.round(coveredShare * 1000) / 10;
  return { ...rest, coveredPercent, counted: realUse !== null, right, answers, perDay };
}

export class ReturnsForm {
  /** null until what is saved has come. */
  draft = $state<Draft | null>(null);
  touched = $state(false);

  /** Takes over what is saved, unless that would overwrite what somebody is typing. */
  follow(assumptions: ReturnAssumptions | undefined): void {
    if (assumptions && !this.touched) this.draft = draftOf(assumptions);
  }

  /** Gives up what was typed. */
  take(assumptions: ReturnAssumptions): void {
    this.touched = false;
    this.follow(assumptions);
  }

  get input(): RequestInput<'returns.save'> | null {
    if (!this.draft) return null;
    const { coveredPercent, counted, right, answers, perDay, ...rest } = $state.snapshot(this.draft);
    const realUse = counted ? { right, answers, questionsPerDay: perDay } : null;
    return { assumptions: { ...rest, coveredShare: coveredPercent / 100, realUse } };
  }
}
