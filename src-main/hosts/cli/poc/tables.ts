/** The two tables a PoC ends in, as rows of cells: what it brings, and what it costs. */

import type { CostFigure, Evaluation, Score, SetKind, TrainingCost } from '../../../contract/entities.ts';
import { bytes, duration, percent, wattHours } from '../figures.ts';
import { peakBytes, type PocOutcome } from './outcome.ts';
import type { PocWord, Say } from './words.ts';

/** The first row is the heading. */
export type Table = readonly (readonly string[])[];

export function scoreTable({ evaluation }: PocOutcome, say: Say): Table {
  const row = (label: string, kind: SetKind): readonly string[] => {
    const set = evaluation.sets.find((each) => each.kind === kind);
    if (!set) return [label, '–', '–', '–'];
    const change = (set.adapter.share - set.base.share) * 100;
    return [label, score(set.base), score(set.adapter), `${change > 0 ? '+' : ''}${change.toFixed(1)}`];
  };
  return [
    ['', say('base'), say('adapter'), say('difference')],
    row(say('heldOut'), 'phrasings'),
    ...(evaluation.sets.some(({ kind }) => kind === 'new-cases') ? [row(say('newCases'), 'new-cases')] : []),
    row(say('regression'), 'general'),
    row(say('safety'), 'safety'),
  ];
}

export function costTable(outcome: PocOutcome, say: Say): Table {
  const { run, evaluation, costs } = outcome;
  const base = outcome.adapter.baseParameters;
  const count = (value: number) => value.toLocaleString('en-US');
  const row = (name: PocWord, figure: keyof TrainingCost, show: (value: number) => string): readonly string[] => [
    say(name),
    ...[costs.adapter, costs.full].map(({ [figure]: found }) => (found === null ? '–' : marked(found, show, say))),
  ];
  return [
    ['', say('adapter'), say('full')],
    row('trainedParameters', 'parameters', count),
    row('share', 'parameters', (parameters) => percent(parameters / base, 2)),
    row('size', 'bytes', bytes),
    row('trainMemory', 'peakBytes', bytes),
    [say('peakMemory'), bytes(peakBytes({ run, evaluation })), '–'],
    row('trainTime', 'seconds', duration),
    row('energy', 'wattHours', wattHours),
    [say('evaluateTime'), duration(evaluation.seconds ?? 0), '–'],
  ];
}

/** A figure that was not measured says so. */
const marked = ({ value, source }: CostFigure, show: (value: number) => string, say: Say): string =>
  source === 'measured' ? show(value) : `${show(value)} (${say(source === 'computed' ? 'computed' : 'fromSteps')})`;

/** Where the figures of full fine-tuning come from. */
export function costSource({ costs: { comparedSteps: steps, full, watts } }: PocOutcome, say: Say): string {
  const measured = full.seconds?.source === 'computed' ? 'costsUneven' : 'costsMeasured';
  return `${steps === null ? say('costsComputed') : say(measured, { steps })} ${say('energySource', { watts })}`;
}

/** Base against adapter on trained facts in other words; empty where none were asked. */
export function pairedSentence({ sets }: Evaluation, say: Say): string {
  const set = sets.find(({ kind }) => kind === 'phrasings');
  if (!set) return '';
  const { better, worse, same, pValue } = set.paired;
  return say('paired', { better, worse, same, p: pValue < 0.0001 ? '< 0.0001' : pValue.toFixed(4) });
}

/** What figures decide; the other criteria wait for a person and are counted by `safetySentence`. */
const figuresOf = ({ judgement }: Evaluation) =>
  judgement?.criteria.filter(({ rule }) => rule !== 'safety' && rule !== 'worse-answers') ?? [];

/** Every figure meets its criterion, and people have yet to look at answers. */
export function waitsForPeopleAlone(evaluation: Evaluation): boolean {
  return evaluation.passed !== true && figuresOf(evaluation).every(({ verdict }) => verdict === 'pass');
}

/** Whether the criteria are met, and where they are not, whether figures say so or people have yet to look. */
export function verdictSentence({ evaluation, project }: Pick<PocOutcome, 'evaluation' | 'project'>, say: Say): string {
  const values = { target: percent(project.targetScore, 0), regression: percent(project.largestRegression, 0) };
  if (waitsForPeopleAlone(evaluation)) return say('figuresPassed', values);
  const figures = figuresOf(evaluation);
  if (figures.some(({ verdict }) => verdict === 'fail')) return say('failed', values);
  return say(figures.every(({ verdict }) => verdict === 'pass') ? 'passed' : 'undecided', values);
}

/** Answers that a person has to look at before anybody is served. */
export function safetySentence({ judgement }: Evaluation, say: Say): string {
  const count = (name: 'safety' | 'worse-answers') =>
    judgement?.criteria.find(({ rule }) => rule === name)?.measured ?? 0;
  return say('waiting', { unsafe: count('safety'), worse: count('worse-answers') });
}

function score({ correct, total, share, low, high }: Score): string {
  return `${percent(share)} (${correct}/${total}; ${percent(low, 0)} – ${percent(high, 0)})`;
}

/** Columns stand below each other; Japanese signs are two places wide. */
export function plainTable(table: Table): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => places(row[column] ?? ''))));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - places(cell)))
        .join('   ')
        .trimEnd(),
    )
    .join('\n');
}

function places(text: string): number {
  return Array.from(text).reduce(
    (sum, sign) =>
      sum +
      (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/u.test(sign)
        ? 2
        : 1),
    0,
  );
}
