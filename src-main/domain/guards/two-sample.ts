/**
 * Whether the candidate's answers are bad more often than the present release's, valid at every look, with no rate
 * declared. Turner, Ly & Grünwald 2024, "Generic E-variables for exact sequential k-sample tests that allow for optional
 * stopping", doi:10.1016/j.jspi.2023.106116. Answers are taken in blocks, in their order: one of the candidate with
 * `presentPerCandidate` of the present release.
 */

/** What a block is compared with: counts of all blocks before it. */
export interface TwoSample {
  /** ln E. */
  readonly evidence: number;
  readonly present: { readonly bad: number; readonly total: number };
  readonly candidate: { readonly bad: number; readonly total: number };
}

export const noComparison: TwoSample = {
  evidence: 0,
  present: { bad: 0, total: 0 },
  candidate: { bad: 0, total: 0 },
};

/** Half an answer each, before any: no rate is ever estimated as 0 or 1. */
const priorCount = 0.5;

/** @param present whether each of the block's answers of the present release was bad */
export function compareBlock(state: TwoSample, present: readonly boolean[], candidate: boolean): TwoSample {
  const estimate = ({ bad, total }: TwoSample['present']) => (bad + priorCount) / (total + 2 * priorCount);
  const low = estimate(state.present);
  // One-sided: a candidate that looks better is bet on as equal, which changes nothing.
  const high = Math.max(low, estimate(state.candidate));
  const shared = (present.length * low + high) / (present.length + 1);
  let evidence = state.evidence + ratio(candidate, high, shared);
  for (const bad of present) evidence += ratio(bad, low, shared);
  return {
    evidence,
    present: add(state.present, present),
    candidate: add(state.candidate, [candidate]),
  };
}

function ratio(bad: boolean, rate: number, shared: number): number {
  return bad ? Math.log(rate / shared) : Math.log1p(-rate) - Math.log1p(-shared);
}

function add({ bad, total }: TwoSample['present'], outcomes: readonly boolean[]): TwoSample['present'] {
  return { bad: bad + outcomes.filter(Boolean).length, total: total + outcomes.length };
}
