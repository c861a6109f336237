/** What is measured of answers, as words and figures. */

import type { AnswerScores, EvaluationItem } from '../../../src-main/contract/index.ts';
import { number, percent } from '../../lib/format.ts';
import { t } from '../../lib/i18n.svelte.ts';

/** In the order in which they are shown; each is named and defined by `metric.…` and `metricText.…`. */
export const metrics = [
  'right',
  'exact',
  'figures',
  'tokenF1',
  'chrf',
  'rougeL',
  'likelihood',
  'length',
  'ended',
] as const;
export type Metric = (typeof metrics)[number];

const yesNo = (value: boolean): string => t(value ? 'log.yes' : 'log.no');

/** ln p; 0 is certainty. */
export const logarithm = (value: number): string => number(value, 2);

const figureOf: Readonly<Record<Metric, (scores: AnswerScores) => string | null>> = {
  // Answers stored by an earlier version have none.
  right: ({ right }: Partial<AnswerScores>) => (right === undefined ? null : yesNo(right)),
  exact: ({ exact }) => yesNo(exact),
  figures: ({ figuresRight, figuresMissing, figuresContradicting }) => {
    if (figuresRight === null) return null;
    const wrong = [...figuresMissing.map((each) => `−${each}`), ...figuresContradicting.map((each) => `≠${each}`)];
    return [yesNo(figuresRight), ...wrong].join(' ');
  },
  tokenF1: ({ tokenF1 }) => number(tokenF1, 3),
  chrf: ({ chrf }) => number(chrf, 3),
  rougeL: ({ rougeL }) => number(rougeL, 3),
  likelihood: ({ likelihood }) =>
    likelihood ? t('metric.perTokens', { value: logarithm(likelihood.logarithm), tokens: likelihood.tokens }) : null,
  length: ({ lengthRatio }) => (lengthRatio === null ? null : percent(lengthRatio)),
  ended: ({ ended, looped }) => (looped ? t('metric.loops') : yesNo(ended)),
};

/** Only what was measured of one of the two. */
export function measuredOf({ baseScores, adapterScores }: EvaluationItem) {
  return metrics.flatMap((metric) => {
    const [base, adapter] = [baseScores, adapterScores].map((scores) => scores && figureOf[metric](scores));
    return base == null && adapter == null ? [] : [{ metric, base: base ?? '–', adapter: adapter ?? '–' }];
  });
}
