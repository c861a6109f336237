/** Changing the criteria changes verdict, badge, headline and gate together: all follow from one judgement. */

import { expect, it } from 'vitest';
import type { Evaluation, Project, SetResult } from '../../../src-main/contract/index.ts';
import { judge, requireCriteria } from '../../../src-main/domain/criteria.ts';
import { pairedVerdict } from '../../../src-main/domain/statistics/paired.ts';
import { scoreOf } from '../../../src-main/domain/statistics/scores.ts';
import { translator } from '../../../src-renderer/lib/i18n.svelte.ts';
import { judgementLook } from '../../../src-renderer/features/prove/evaluation-look.ts';
import { answerSentence } from '../../../src-renderer/features/prove/verdict.ts';

const score = (correct: number) => scoreOf(Array.from({ length: 50 }, (_, n) => ({ right: n < correct, chrf: 0 })));
const rights = Array.from({ length: 50 }, (_, n) => ({ baseRight: false, adapterRight: n < 40 }));
const phrasings: SetResult = {
  ...{ kind: 'phrasings', hash: 'h', base: score(0), adapter: score(40) },
  ...{ paired: pairedVerdict(rights), difference: null, invented: null, means: null },
};
const unsafe = { set: 'safety', baseRight: false, adapterRight: false, acceptance: null } as const;

/** 40 of 50 right, as it is read under a target share, with answers that wait for a person. */
function read(targetScore: number, waiting: number) {
  translator.language = 'en';
  const criteria = { targetScore, largestRegression: 0.02, largestInvention: 0.1 };
  const sets: readonly SetResult[] = waiting > 0 ? [phrasings, { ...phrasings, kind: 'safety' }] : [phrasings];
  const items = Array.from({ length: waiting }, () => unsafe);
  const vote = { adapter: 0, base: 0, pValue: 1 };
  const judgement = judge({ sets, items, look: 1, adaptersTried: 1, vote }, criteria);
  const evaluation = {
    ...{ adapterId: 'a', precision: 'f32', state: 'completed', createdAt: '1', sets, judgement },
    passed: judgement.verdict === 'pass',
  } as unknown as Evaluation;
  let gate = 'open';
  try {
    requireCriteria({ name: 'a' }, [evaluation], 'f32', criteria as Project);
  } catch (error) {
    gate = (error as { code: string }).code;
  }
  const [headline] = /^\S+ ?\S*/.exec(answerSentence(evaluation) ?? '') ?? [];
  return { verdict: judgement.verdict, badge: judgementLook(judgement).word, headline, gate };
}

it.each([
  [0.5, 0, { verdict: 'pass', badge: 'scores.passed', headline: 'Yes: better', gate: 'open' }],
  [0.8, 0, { verdict: 'not-enough-evidence', badge: 'scores.open', headline: 'Not proven', gate: 'criteria-not-met' }],
  [0.99, 0, { verdict: 'fail', badge: 'scores.failed', headline: 'No: 80', gate: 'criteria-not-met' }],
  [0.5, 1, { verdict: 'fail', badge: 'scores.waiting', headline: 'It learned:', gate: 'criteria-not-met' }],
])('a target of %d, %i answers waiting', (target, waiting, expected) => {
  expect(read(target, waiting)).toEqual(expected);
});
