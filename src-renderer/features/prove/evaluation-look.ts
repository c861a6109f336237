/** How the state of an evaluation looks. */

import type { Evaluation } from '../../../src-main/contract/index.ts';
import type { MessageKey } from '../../lib/i18n.svelte.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/tones.ts';

interface Look {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: MessageKey;
}

export function evaluationLook(evaluation: Pick<Evaluation, 'state' | 'passed'>): Look {
  if (evaluation.state === 'running') return { tone: 'candidate', icon: 'play', word: 'evaluationState.running' };
  if (evaluation.state === 'cancelled') return { tone: 'quiet', icon: 'close', word: 'runState.cancelled' };
  if (evaluation.state === 'failed') return { tone: 'halt', icon: 'halt', word: 'runState.failed' };
  return evaluation.passed
    ? { tone: 'go', icon: 'check', word: 'scores.passed' }
    : { tone: 'halt', icon: 'halt', word: 'scores.failed' };
}
