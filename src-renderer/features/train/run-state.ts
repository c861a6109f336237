/** How the state of a run looks: colour, icon and word; and what may be done in it. */

import type { RunState, TrainingRun } from '../../../src-main/contract/index.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/tones.ts';

export const runLooks: Record<RunState, { readonly tone: Tone; readonly icon: IconName }> = {
  waiting: { tone: 'quiet', icon: 'half' },
  running: { tone: 'candidate', icon: 'play' },
  paused: { tone: 'hold', icon: 'pause' },
  interrupted: { tone: 'hold', icon: 'alert' },
  completed: { tone: 'go', icon: 'check' },
  cancelled: { tone: 'quiet', icon: 'close' },
  failed: { tone: 'halt', icon: 'halt' },
};

export const isActive = (run: TrainingRun): boolean =>
  run.state === 'waiting' || run.state === 'running' || run.state === 'paused';

export const canPause = (run: TrainingRun): boolean => run.state === 'running';

/** What was cancelled before its first checkpoint has nothing to continue from. */
export const canResume = (run: TrainingRun): boolean =>
  run.state === 'paused' ||
  run.state === 'interrupted' ||
  run.state === 'failed' ||
  (run.state === 'cancelled' && run.checkpointStep > 0);
