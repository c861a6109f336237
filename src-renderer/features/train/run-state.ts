/** How the state of a run looks: colour, icon and word. */

import type { RunState } from '../../../src-main/contract/index.ts';
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
