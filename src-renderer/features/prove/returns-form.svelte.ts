/** What somebody types about the return, before it is saved: shares as percentages, as people say them. */

import type { RequestInput, ReturnAssumptions, Returns } from '../../../src-main/contract/index.ts';

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

const shown = (value: number | boolean): string => (value === true ? '✓' : value === false ? '' : String(value));

type Saved = Pick<Returns, 'assumptions' | 'assumptionsAt'>;

export class ReturnsForm {
  /** null until what is saved has come. */
  draft = $state<Draft | null>(null);
  touched = $state(false);
  /** The `assumptionsAt` of what the draft began with. */
  basedOn = $state('');

  /** Saved here; what the office then says has not come yet. */
  saved = $state(false);

  /** Takes over what is saved, unless that would overwrite what somebody is typing. */
  follow(returns: Saved | undefined): void {
    if (!returns) return;
    if (this.saved && returns.assumptionsAt !== this.basedOn) this.saved = this.touched = false;
    if (this.touched) return;
    this.draft = draftOf(returns.assumptions);
    this.basedOn = returns.assumptionsAt;
  }

  /** Gives up what was typed. */
  take(returns: Saved | undefined): void {
    this.touched = false;
    this.follow(returns);
  }

  /** What another window saved while somebody types here, if any. */
  otherThan(returns: Saved | undefined): Saved | null {
    return this.touched && !this.saved && returns && returns.assumptionsAt !== this.basedOn ? returns : null;
  }

  /** Both, beside each other. */
  differences({
    assumptions,
  }: Saved): readonly { readonly name: keyof Draft; readonly other: string; readonly mine: string }[] {
    if (!this.draft) return [];
    const [other, mine] = [draftOf(assumptions), this.draft];
    return (Object.keys(other) as (keyof Draft)[]).map((name) => ({
      name,
      other: shown(other[name]),
      mine: shown(mine[name]),
    }));
  }

  get input(): RequestInput<'returns.save'> | null {
    if (!this.draft) return null;
    const { coveredPercent, counted, right, answers, perDay, ...rest } = $state.snapshot(this.draft);
    const realUse = counted ? { right, answers, questionsPerDay: perDay } : null;
    return { assumptions: { ...rest, coveredShare: coveredPercent / 100, realUse }, basedOn: this.basedOn };
  }
}
