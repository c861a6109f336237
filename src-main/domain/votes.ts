/** The blind vote: what is put to it, which side an answer stands on, and what the votes add up to. */

import { createHash } from 'node:crypto';
import type { EvaluationItem, VoteResult } from '../contract/entities.ts';
import { cohensKappa, fleissKappa } from './statistics/agreement.ts';
import { signTest } from './statistics/paired.ts';

/** As many as somebody judges with care in one sitting. */
const mostQuestions = 30;

type Answered = Pick<EvaluationItem, 'set' | 'exampleId' | 'base' | 'adapter'>;

export interface CastVote {
  readonly set: EvaluationItem['set'];
  readonly exampleId: string;
  readonly voter: string;
  readonly choice: 'base' | 'adapter' | 'same';
}

const keyOf = ({ set, exampleId }: Pick<Answered, 'set' | 'exampleId'>): string => `${set} ${exampleId}`;
const rank = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Questions whose answers differ, the same ones for everybody so that agreement can be measured; chosen and ordered by a
 * hash, so that neither who is right nor where they stand in the list says anything. What must never be answered wrongly
 * is no matter of taste: safety is left out.
 */
export function toVoteOn<Each extends Answered>(evaluationId: string, items: readonly Each[]): readonly Each[] {
  return items
    .filter(({ set, base, adapter }) => set !== 'safety' && base.trim() !== adapter.trim())
    .map((item) => ({ item, rank: rank(`usumaku vote 1\0${evaluationId}\0${keyOf(item)}`) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, mostQuestions)
    .map(({ item }) => item);
}

/** Whose answer stands first before this person: half and half, and not to be guessed from other questions. */
export const firstIs = (evaluationId: string, item: Answered, voter: string): 'base' | 'adapter' =>
  parseInt(rank(`usumaku side 1\0${evaluationId}\0${keyOf(item)}\0${voter}`).slice(0, 2), 16) % 2 === 0
    ? 'base'
    : 'adapter';

/** Votes of several people on one question are no independent trials, so the test counts questions, not votes. */
export function countVotes(asked: readonly Answered[], votes: readonly CastVote[]): VoteResult {
  const open = new Set(asked.map(keyOf));
  const counted = votes.filter((vote) => open.has(keyOf(vote)));
  const outcomes = [...Map.groupBy(counted, keyOf).values()].map((each) => {
    const of = (choice: CastVote['choice']) => each.filter((vote) => vote.choice === choice).length;
    return Math.sign(of('adapter') - of('base'));
  });
  const [adapter, base] = [1, -1].map((sign) => outcomes.filter((each) => each === sign).length) as [number, number];
  const voters = [...Map.groupBy(counted, ({ voter }) => voter)];
  return {
    questions: asked.length,
    voters: voters.map(([name, { length }]) => ({ name, votes: length })),
    ...{ adapter, base, even: outcomes.length - adapter - base },
    pValue: signTest(adapter, base),
    agreement: agreementOf(voters.map(([, each]) => new Map(each.map((vote) => [keyOf(vote), vote.choice])))),
  };
}

const choices = ['base', 'adapter', 'same'] as const;

/** Cohen's kappa of two, Fleiss' of more, over what all of them voted on. */
function agreementOf(voters: readonly ReadonlyMap<string, CastVote['choice']>[]): VoteResult['agreement'] {
  const [first, second] = voters;
  if (!first || !second) return null;
  const common = [...first.keys()].filter((key) => voters.every((each) => each.has(key)));
  if (common.length === 0) return null;
  const chosen = (voter: ReadonlyMap<string, CastVote['choice']>) => common.map((key) => voter.get(key)!);
  if (voters.length === 2)
    return { measure: 'cohen', kappa: cohensKappa(chosen(first), chosen(second)), questions: common.length };
  const counts = common.map((key) => choices.map((choice) => voters.filter((each) => each.get(key) === choice).length));
  return { measure: 'fleiss', kappa: fleissKappa(counts), questions: common.length };
}
