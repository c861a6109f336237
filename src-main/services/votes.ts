/** The blind vote: the office knows whose answer stands where, and no window learns it before it has voted. */

import type { voteRequests } from '../contract/areas/votes.ts';
import type { BallotBox, EvaluationItem, VoteResult } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { countVotes, firstIs, toVoteOn } from '../domain/votes.ts';
import { type Context, requireFound } from './context.ts';

export function createVotes(context: Context): HandlersOf<typeof voteRequests> {
  const { store } = context;

  /** @throws OfficeError not-found, evaluation-unfinished */
  function asked(evaluationId: string): readonly EvaluationItem[] {
    const { state } = requireFound(store.evaluations.get(evaluationId), 'evaluation', evaluationId);
    if (state !== 'completed') throw new OfficeError('evaluation-unfinished');
    return toVoteOn(evaluationId, store.evaluations.items(evaluationId));
  }

  function next(evaluationId: string, voter: string): BallotBox {
    const questions = asked(evaluationId);
    const mine = store.votes.of(evaluationId).filter((vote) => vote.voter === voter);
    const voted = (item: EvaluationItem) =>
      mine.some(({ set, exampleId }) => set === item.set && exampleId === item.exampleId);
    const open = questions.filter((item) => !voted(item));
    const [item] = open;
    const counts = { voted: questions.length - open.length, total: questions.length };
    if (!item) return { ballot: null, ...counts };
    const { set, exampleId, question, base, adapter } = item;
    const [first, second] = firstIs(evaluationId, item, voter) === 'base' ? [base, adapter] : [adapter, base];
    return { ballot: { set, exampleId, question, first, second }, ...counts };
  }

  return {
    'votes.next': async ({ evaluationId, voter }) => next(evaluationId, voter),
    'votes.cast': async ({ evaluationId, voter, set, exampleId, choice: side }) => {
      const item = asked(evaluationId).find((each) => each.set === set && each.exampleId === exampleId);
      const first = firstIs(evaluationId, requireFound(item ?? null, 'answer', exampleId), voter);
      const other = first === 'base' ? 'adapter' : 'base';
      const choice = side === 'same' ? 'same' : side === 'first' ? first : other;
      const { adapterId } = requireFound(store.evaluations.get(evaluationId), 'evaluation', evaluationId);
      // Not what was chosen: whoever reads the log would know the others' votes before voting.
      const subject = store.adapters.get(adapterId)?.name ?? '';
      context.change(['votes', 'evaluations', 'status'], { kind: 'vote.cast', subject, values: { voter } }, () =>
        store.votes.cast({ evaluationId, set, exampleId, voter, choice, at: context.now() }),
      );
      return next(evaluationId, voter);
    },
    'votes.result': async ({ evaluationId }) => votesOn(context, evaluationId),
  };
}

/** What people chose so far. */
export const votesOn = ({ store }: Pick<Context, 'store'>, evaluationId: string): VoteResult =>
  countVotes(toVoteOn(evaluationId, store.evaluations.items(evaluationId)), store.votes.of(evaluationId));
