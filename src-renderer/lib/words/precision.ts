/** What was measured of a precision, in words: its quality, what it costs, and how it stands beside float32. */

import type { MeasuredPrecision, Precision, PrecisionComparison } from '../../../src-main/contract/index.ts';
import type { IconName } from '../../ui/icons.ts';
import type { Tone } from '../../ui/tones.ts';
import { bytes, number, percent } from '../format.ts';
import { t } from '../i18n.svelte.ts';

/** As short as a column of a table needs. */
export const shortPrecision = (precision: Precision): string => (precision === 'f32' ? 'float32' : precision);

export function qualityWords({ quality }: MeasuredPrecision): string {
  if (!quality) return '';
  const { correct, total, share } = quality.score;
  return t('precision.quality', {
    correct,
    total,
    share: percent(share, 1),
    perplexity: number(quality.perplexity, 3),
  });
}

export function costWords({ quality, weightBytes, peakBytes }: MeasuredPrecision): string {
  if (!quality) return '';
  return t('precision.cost', {
    speed: t('unit.tokensPerSecond', { count: number(quality.tokensPerSecond, quality.tokensPerSecond < 10 ? 1 : 0) }),
    weights: bytes(weightBytes),
    memory: bytes(peakBytes),
  });
}

/** undefined for float32, which is what the others stand beside. */
export function verdictLook(
  { precision, against }: MeasuredPrecision,
  comparison: PrecisionComparison | null,
): { readonly tone: Tone; readonly icon: IconName; readonly word: string } | undefined {
  if (precision === 'f32' || !comparison) return undefined;
  if (!against) return { tone: 'hold', icon: 'alert', word: t('precision.incomparable') };
  const { better, worse } = against.paired;
  const rise = against.perplexityRatio - 1;
  // A twentieth of a percent either way is rounding, and would read as a change of nothing.
  const change = Math.abs(rise) < 0.0005 ? t('precision.unchanged') : `${rise > 0 ? '+' : ''}${percent(rise, 1)}`;
  return against.clearlyWorse
    ? { tone: 'halt', icon: 'halt', word: t('precision.clearlyWorse', { better, worse, change }) }
    : { tone: 'go', icon: 'check', word: t('precision.alike', { better, worse, change }) };
}
