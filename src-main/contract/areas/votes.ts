/** The blind vote on an evaluation's answers. */

import * as v from 'valibot';
import type { BallotBox, VoteResult } from '../entities.ts';
import { id, line } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';
import { setKinds } from './evaluations.ts';

const ofVoter = v.strictObject({ evaluationId: id, voter: line(limits.operatorName) });

export const voteRequests = {
  'votes.next': query({ input: ofVoter, output: gives<BallotBox>(), permission: 'ask', staleAfter: ['votes'] }),
  /** By side, not by origin. A second vote of the same person on the same question replaces the first. */
  'votes.cast': command({
    input: v.strictObject({
      ...ofVoter.entries,
      set: v.picklist(setKinds),
      exampleId: id,
      choice: v.picklist(['first', 'second', 'same']),
    }),
    output: gives<BallotBox>(),
    permission: 'ask',
  }),
  'votes.result': query({
    input: v.strictObject({ evaluationId: id }),
    output: gives<VoteResult>(),
    permission: 'read',
    staleAfter: ['votes', 'evaluations'],
  }),
};

export const voteEvents = ['vote.cast'] as const;
