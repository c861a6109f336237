/** The check list in one sentence: usable, usable with something to know, not usable, or not known yet. */

import type { ModelCheck } from '../../../src-main/contract/index.ts';
import type { MessageKey, MessageValues } from '../../lib/i18n.svelte.ts';
import type { Tone } from '../../ui/tones.ts';

export interface Verdict {
  readonly tone: Tone;
  readonly message: MessageKey;
  readonly values: MessageValues;
}

export function verdictOf({ state, lines, summary, knownAs, fit }: ModelCheck): Verdict {
  const count = lines.filter((line) => line.state === 'bad').length;
  const say = (tone: Tone, message: MessageKey, values: MessageValues = {}): Verdict => ({ tone, message, values });
  if (count > 0) return say('halt', state === 'running' ? 'verdict.badSoFar' : 'verdict.bad', { count });
  if (state === 'running') return say('quiet', 'verdict.running');
  if (state === 'cancelled') return say('quiet', 'verdict.cancelled');
  if (!summary) return say('halt', 'verdict.failed');
  if (fit?.training === 'too-large') return say('hold', 'verdict.tooLarge');
  if (knownAs !== null) return say('go', 'verdict.known', { name: knownAs });
  const attention = lines.filter((line) => line.state === 'attention').length;
  return attention > 0 ? say('hold', 'verdict.attention', { count: attention }) : say('go', 'verdict.good');
}
