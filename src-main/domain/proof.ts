/** What the measurements of an adapter mean. */

import type {
  AdapterEvidence,
  AdapterProof,
  Evaluation,
  Precision,
  ProbeSetup,
  SetupDifference,
} from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';

/** Questions whose logits identify a model and show what an adapter changes. */
export const probePrompts = 16;
/** Questions answered to see whether answers end. */
export const endingQuestions = 5;

export function verdictOf(evidence: AdapterEvidence): AdapterProof['verdict'] {
  const { changedPrompts, answers, endedAnswers } = evidence;
  if (changedPrompts === 0) return 'no-effect';
  if (answers > 0 && endedAnswers === 0) return 'never-ends';
  return endedAnswers < answers ? 'ends-sometimes' : 'acts';
}

/**
 * Whoever is to be answered by an adapter must be able to rely on it; single answers that do not end are shown, not refused.
 * @throws OfficeError adapter-does-not-act, adapter-never-ends
 */
export function requireSound({
  verdict,
  prompts,
  answers,
  answerLimit,
}: Pick<AdapterProof, 'verdict' | 'prompts' | 'answers' | 'answerLimit'>): void {
  if (verdict === 'no-effect') throw new OfficeError('adapter-does-not-act', { prompts });
  if (verdict === 'never-ends') throw new OfficeError('adapter-never-ends', { answers, limit: answerLimit });
}

/**
 * An evaluation in another precision says nothing about this one. An adapter that nobody evaluated may still be applied.
 * @param evaluations of the adapter, newest first
 * @throws OfficeError evaluation-other-precision
 */
export function requireEvaluatedIn(
  precision: Precision,
  evaluations: readonly Pick<Evaluation, 'state' | 'precision'>[],
): void {
  const completed = evaluations.filter(({ state }) => state === 'completed');
  const [newest] = completed;
  if (!newest || completed.some((evaluation) => evaluation.precision === precision)) return;
  throw new OfficeError('evaluation-other-precision', { evaluated: newest.precision, precision });
}

/** In what fingerprints were computed otherwise, so that their bits cannot be compared; none: they can. */
export function setupDifferences(recorded: ProbeSetup | null | undefined, now: ProbeSetup): readonly SetupDifference[] {
  if (!recorded) return ['unknown'];
  return (['device', 'threads', 'rows', 'engineVersion'] as const).filter((part) => recorded[part] !== now[part]);
}
