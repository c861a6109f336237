/** The answer to "is it learning?", in one sentence with its numbers. */

import { mayEndEarlier, type RunDetail } from '../../../src-main/contract/index.ts';
import { duration, loss } from '../../lib/format.ts';
import { sentences, t } from '../../lib/i18n.svelte.ts';
import { lossProgress } from './progress.ts';

export function runSentence(run: RunDetail): string {
  const progress = lossProgress(run.metrics);
  const values = {
    number: run.number,
    step: run.step,
    steps: run.steps,
    kept: run.checkpointStep,
    left: run.secondsLeft === null ? '' : duration(run.secondsLeft),
    open: mayEndEarlier(run),
    time: duration(run.seconds ?? 0),
    first: progress ? loss(progress.first) : '',
    last: progress ? loss(progress.last) : '',
  };
  if (run.state === 'running') {
    if (run.step === 0 || run.secondsLeft === null) return t('train.answerStarting', values);
    if (progress?.verdict === 'falling') return t('train.answerFalling', values);
    if (progress?.verdict === 'not-falling') return t('train.answerNotFalling', values);
  }
  if (run.state === 'completed' && progress?.verdict === 'not-falling')
    return t('train.answerCompletedNotFalling', values);
  if (run.state === 'cancelled')
    return sentences(
      t('train.answer.cancelled', values),
      t(run.checkpointStep > 0 ? 'run.keptFrom' : 'run.keptNothing', values),
    );
  const answer = t(`train.answer.${run.state}`, values);
  if (run.state !== 'completed' || run.settlingReason === null) return answer;
  return sentences(answer, t(`run.ended.${run.settlingReason}`, values));
}
