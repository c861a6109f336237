/** The look of each state that a model in the library can be in. */

import type { ModelState } from '../../../src-main/contract/index.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/tones.ts';

export const stateLooks: Readonly<Record<ModelState, { readonly tone: Tone; readonly icon: IconName }>> = {
  available: { tone: 'go', icon: 'check' },
  missing: { tone: 'halt', icon: 'halt' },
  changed: { tone: 'hold', icon: 'alert' },
};
