/** How the state of an evaluation looks. */

import type { Evaluation, Judgement } from '../../../src-main/contract/index.ts';
import type { MessageKey } from '../../lib/i18n.svelte.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/tones.ts';
import { waitsForPerson } from './verdict.ts';

interface Look {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: MessageKey;
}

export function evaluationLook(evaluation: Pick<Evaluation, 'state' | 'judgement'>): Look {
  if (evaluation.state === 'running') return { tone: 'candidate', icon: 'play', word: 'evaluationState.running' };
  if (evaluation.state === 'cancelled') return { tone: 'quiet', icon: 'close', word: 'runState.cancelled' };
  if (evaluation.state === 'failed') return { tone: 'halt', icon: 'halt', word: 'runState.failed' };
  return evaluation.judgement ? judgementLook(evaluation.judgement) : open;
}

const open: Look = { tone: 'hold', icon: 'half', word: 'scores.open' };

/** The badge says what the headline says: failed by its figures, not decided, or waiting for somebody alone. */
export function judgementLook({ verdict, criteria }: Judgement): Look {
  if (verdict === 'pass') return { tone: 'go', icon: 'check', word: 'scores.passed' };
  const figures = criteria.filter((criterion) => !waitsForPerson(criterion));
  if (figures.some((criterion) => criterion.verdict === 'fail'))
    return { tone: 'halt', icon: 'halt', word: 'scores.failed' };
  if (figures.some((criterion) => criterion.verdict === 'not-enough-evidence')) return open;
  return { tone: 'hold', icon: 'person', word: 'scores.waiting' };
}
