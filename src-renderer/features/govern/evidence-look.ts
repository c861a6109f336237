/** How the measurements of a proof look: each as a meaning, an icon and a sentence with its numbers. */

import type { AdapterProof } from '../../../src-main/contract/index.ts';
import { percent } from '../../lib/format.ts';
import { t, type MessageKey } from '../../lib/i18n.svelte.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/tones.ts';

export interface EvidenceLine {
  readonly tone: Tone;
  readonly icon: IconName;
  readonly word: string;
}

const good = { tone: 'go', icon: 'check' } as const;
const attention = { tone: 'hold', icon: 'alert' } as const;
const bad = { tone: 'halt', icon: 'halt' } as const;

const verdicts: Readonly<Record<AdapterProof['verdict'], { tone: Tone; icon: IconName; key: MessageKey }>> = {
  acts: { ...good, key: 'evidence.acts' },
  'ends-sometimes': { ...attention, key: 'evidence.endsSometimes' },
  'never-ends': { ...bad, key: 'evidence.neverEnds' },
  'no-effect': { ...bad, key: 'evidence.noEffect' },
};

/** The whole proof in two or three words. */
export function verdictLook(proof: AdapterProof | null): EvidenceLine {
  if (!proof) return { ...attention, word: t('evidence.none') };
  const { key, ...look } = verdicts[proof.verdict];
  return { ...look, word: t(key) };
}

export function evidenceLines(proof: AdapterProof): readonly EvidenceLine[] {
  const { changedPrompts: changed, prompts, changedTokens, identicalTensors, answers, endedAnswers: ended } = proof;
  const effect = { changed, prompts, tokens: changedTokens, difference: differenceText(proof.largestDifference) };
  const ends = ended === answers ? good : ended === 0 ? bad : attention;
  return [
    changed > 0
      ? { ...good, word: t('evidence.effect', effect) }
      : { ...bad, word: t('evidence.noEffectText', { prompts }) },
    identicalTensors === null
      ? { ...good, word: t('evidence.unchanged') }
      : { ...good, word: t('evidence.identical', { tensors: identicalTensors }) },
    { ...ends, word: t('evidence.ends', { ended, answers, limit: proof.answerLimit }) },
  ];
}

/** A share of the largest logit, with the digits that its size deserves. */
function differenceText(share: number): string {
  return percent(share, share < 0.0095 ? 2 : share < 0.095 ? 1 : 0);
}
