/** Are the examples ready to be frozen? Counts, and the points somebody should look at first. */

import type { Example, ExampleMeasure, Readiness, ReadinessFinding } from '../contract/entities.ts';
import { assignSplits, countSplits, type FrozenExample, smallestSplit } from './dataset.ts';
import { normaliseText, questionKey } from './normalise.ts';

/** Examples recommended before the first training: a few facts, each asked in several ways. */
export const recommendedExamples = 200;

/** @param measures token counts by the base model, of examples that are trained on; `limit` is the longest that fits. */
export function assessReadiness(
  examples: readonly Example[],
  measures: readonly ExampleMeasure[],
  limit: number,
): Readiness {
  const frozen = assignSplits(examples);
  const counts = countSplits(frozen);
  const categories = Map.groupBy(frozen, ({ category }) => category);
  const findings = [...compareQuestions(frozen), ...checkMeasures(frozen, measures, limit)];
  const enough = counts.train >= smallestSplit && counts.heldOut >= smallestSplit;
  return {
    total: examples.length,
    ...counts,
    byCategory: [...categories]
      .map(([category, members]) => ({ category, count: members.length }))
      .sort((a, b) => b.count - a.count),
    findings,
    recommended: recommendedExamples,
    canFreeze: enough && !findings.some(({ blocking }) => blocking),
  };
}

/** Equal questions: with different answers nobody can learn them; with equal ones they only count double. */
function compareQuestions(frozen: readonly FrozenExample[]): readonly ReadinessFinding[] {
  const findings: ReadinessFinding[] = [];
  for (const group of Map.groupBy(frozen, ({ question }) => questionKey(question)).values()) {
    const first = group[0];
    if (!first || group.length < 2) continue;
    const answers = new Set(group.map(({ answer }) => normaliseText(answer)));
    const splits = new Set(group.map(({ split }) => split));
    findings.push({
      kind: answers.size > 1 ? 'contradiction' : 'duplicate',
      exampleIds: group.map(({ id }) => id),
      // A question on both sides would make the check a memory test.
      blocking: answers.size > 1 || (splits.has('train') && splits.has('heldOut')),
      values: { question: first.question, count: group.length, answers: answers.size },
    });
  }
  return findings;
}

/** Nothing is cut silently: a text that does not fit blocks, and so does one without an answer to learn. */
function checkMeasures(
  frozen: readonly FrozenExample[],
  measures: readonly ExampleMeasure[],
  limit: number,
): readonly ReadinessFinding[] {
  const byId = new Map(frozen.map((example) => [example.id, example]));
  return measures.flatMap(({ id, tokens, answerTokens, tooLong }): ReadinessFinding[] => {
    const question = byId.get(id)?.question ?? '';
    const about = { exampleIds: [id], blocking: true };
    if (tooLong) return [{ kind: 'too-long', ...about, values: { question, tokens, limit, excess: tokens - limit } }];
    return answerTokens === 0 ? [{ kind: 'nothing-to-learn', ...about, values: { question } }] : [];
  });
}
