/** The report's tables: scores, criteria, costs, return, assumptions, answers, and where all of it comes from. */

import type {
  CostFigure,
  CriterionResult,
  EvaluationItem,
  LoggedUse,
  Return,
  ReturnCase,
  TrainingCost,
} from '../../contract/entities.ts';
import { knownReturns } from '../../contract/rules/returns.ts';
import { isPlantsOwnSafety } from '../../contract/rules/safety.ts';
import type { ReportTable } from './document.ts';
import type { ReportFacts } from './facts.ts';
import type { Speech } from './words.ts';

export const evaluationSource = ({ evaluation }: ReportFacts, speech: Speech): string =>
  speech.say('source', { source: `${speech.say('evaluation')} ${evaluation.id}` });

/** Breaks nowhere: a figure with its interval is read as one. */
const inOnePiece = (text: string): string => text.replaceAll(' ', '\u00a0').replace(/[–/]/g, '\u2060$&\u2060');

const chanceOf = (pValue: number, { number }: Speech): string => (pValue < 0.0001 ? '< 0.0001' : number(pValue, 4));

export function scoreTable(facts: ReportFacts, speech: Speech): ReportTable {
  const { say, percent, number } = speech;
  const score = ({ share, correct, total, low, high }: ReportFacts['evaluation']['sets'][number]['base']) =>
    `${inOnePiece(percent(share))} ${inOnePiece(`(${correct}/${total}; ${number(low * 100)}–${percent(high)})`)}`;
  const points = (share: number) => `${share > 0 ? '+' : ''}${number(share * 100, 1)}`;
  const rows = facts.evaluation.sets.map(({ kind, base, adapter, difference, paired }) => [
    say(`set.${kind}`),
    score(base),
    score(adapter),
    `${points(adapter.share - base.share)}${difference ? ` ${inOnePiece(`(${points(difference.low)} – ${points(difference.high)})`)}` : ''}`,
    `${paired.better} / ${paired.worse}`,
    chanceOf(paired.pValue, speech),
  ]);
  const { judgement } = facts.evaluation;
  const looks = judgement ? ` ${say('looks', { look: judgement.look, adapters: judgement.adaptersTried })}` : '';
  const heading = (['set', 'base', 'adapter', 'difference', 'betterWorse', 'chance'] as const).map((word) => say(word));
  const source = evaluationSource(facts, speech);
  return {
    title: say('scores'),
    rows: [heading, ...rows],
    note: `${say('scoresNote')}${looks}`,
    figures: true,
    source,
  };
}

/** Metrics beside exactness, as means over each set. */
export function metricsTable(facts: ReportFacts, speech: Speech): ReportTable {
  const { say, number } = speech;
  const rows = facts.evaluation.sets.flatMap(({ kind, means }) =>
    means === null
      ? []
      : (['base', 'adapter'] as const).map((who) => {
          const { tokenF1, chrf, rougeL, logLikelihood } = means[who];
          const shares = [tokenF1, chrf, rougeL].map((each) => number(each, 3));
          return [say(`set.${kind}`), say(who), ...shares, logLikelihood === null ? '–' : number(logLikelihood, 2)];
        }),
  );
  return {
    title: say('metrics'),
    rows: [[say('set'), say('who'), 'F1', 'chrF2', 'ROUGE-L', say('logLikelihood')], ...rows],
    note: say('metricsNote'),
    figures: true,
    source: evaluationSource(facts, speech),
  };
}

/** The rule with what it is about. */
export const ruleName = ({ rule, set }: CriterionResult, { say }: Speech): string =>
  say(`rule.${rule}`, { set: set ? say(`set.${set}`) : '' });

/** Counts for what waits for a person, shares for all else. */
export const criterionFigure = ({ rule }: CriterionResult, value: number, { percent, number }: Speech): string =>
  rule === 'safety' || rule === 'worse-answers' ? number(value) : percent(value, 1);

export function criteriaTable(facts: ReportFacts, speech: Speech): ReportTable {
  const { say } = speech;
  const words = { pass: 'met', fail: 'missed', 'not-enough-evidence': 'undecided' } as const;
  const rows = (facts.evaluation.judgement?.criteria ?? []).map((criterion) => [
    ruleName(criterion, speech),
    criterionFigure(criterion, criterion.limit, speech),
    criterionFigure(criterion, criterion.measured, speech),
    say(words[criterion.verdict]),
  ]);
  const heading = [say('criterion'), say('limit'), say('measured'), say('result')];
  const source = evaluationSource(facts, speech);
  return { title: say('criteria'), rows: [heading, ...rows], note: '', figures: true, source };
}

/** None where nobody voted. */
export function voteTables(facts: ReportFacts, speech: Speech): readonly ReportTable[] {
  const { say, number } = speech;
  const { voters, questions, adapter, base, even, pValue, agreement } = facts.vote;
  if (voters.length === 0) return [];
  const kappa = agreement?.kappa ?? null;
  const rows = [
    [say('figure'), say('value')],
    [say('voters'), voters.map(({ name, votes }) => `${name} (${votes} / ${questions})`).join(', ')],
    [say('prefersAdapter'), number(adapter)],
    [say('prefersBase'), number(base)],
    [say('prefersNeither'), number(even)],
    [say('chance'), chanceOf(pValue, speech)],
    ...(agreement
      ? [
          [
            say(`kappa.${agreement.measure}`, { questions: agreement.questions }),
            kappa === null ? '–' : number(kappa, 2),
          ],
        ]
      : []),
  ];
  return [{ title: say('vote'), rows, note: say('voteNote'), figures: true, source: evaluationSource(facts, speech) }];
}

export function costTable(facts: ReportFacts, speech: Speech): ReportTable {
  const { say } = speech;
  const { costs, run, evaluation } = facts;
  const cell = (figure: CostFigure | null, show: (value: number) => string): string =>
    figure === null
      ? '–'
      : `${show(figure.value)} (${say(`source.${figure.source}`, { steps: costs.comparedSteps ?? 0 })})`;
  const row = (name: keyof TrainingCost, show: (value: number) => string) => [
    say(name),
    cell(costs.adapter[name], show),
    cell(costs.full[name], show),
  ];
  const rows = [
    ['', say('adapter'), say('full')],
    row('parameters', (value) => speech.number(value)),
    row('bytes', speech.bytes),
    row('seconds', speech.duration),
    row('peakBytes', speech.bytes),
    row('wattHours', speech.wattHours),
  ];
  const note = say('costsNote', { watts: costs.watts });
  const source = say('source', { source: run ? `run ${run.id}` : `${say('evaluation')} ${evaluation.id}` });
  return { title: say('costs'), rows, note, figures: true, source };
}

export const paybackIn = ({ paybackMonths }: ReturnCase, { say, number }: Speech): string =>
  paybackMonths === null ? say('never') : say('months', { months: number(paybackMonths, 1) });

const usedNote = ({ since, until, asked, graded, perDay }: LoggedUse, { say, number, date }: Speech): string =>
  say('usedNote', {
    ...{ since: date(since), until: date(until), asked: number(asked) },
    ...{ perDay: number(perDay, 1), ungraded: number(asked - graded) },
  });

export function returnTables(facts: ReportFacts, speech: Speech): readonly ReportTable[] {
  const { say, percent, number, money } = speech;
  const { returns, project } = facts;
  const { assumptions, currency } = returns;
  const source = evaluationSource(facts, speech);
  const table = (found: Return): ReportTable => {
    const row = (name: 'share' | 'hours' | 'perYear' | 'payback', show: (each: ReturnCase) => string) => [
      say(name),
      ...[found.low, found.middle, found.high].map(show),
    ];
    return {
      title: `${say('returns')}: ${say(`returns.${found.basis}`, { right: found.right, answers: found.answers })}`,
      rows: [
        ['', say('low'), say('middle'), say('high')],
        row('share', ({ share }) => percent(share, 1)),
        row('hours', ({ hours }) => number(hours)),
        row('perYear', ({ perYear }) => money(perYear, currency)),
        row('payback', (each) => paybackIn(each, speech)),
      ],
      note:
        found.basis === 'log' && returns.use
          ? `${usedNote(returns.use, speech)} ${say('returnsNote')}`
          : say('returnsNote'),
      figures: true,
      source,
    };
  };
  const amount = (value: number) => money(value, currency);
  const plain = (value: number) => number(value, Number.isInteger(value) ? 0 : 2);
  const price = `${plain(assumptions.electricityPrice)} ${currency}`;
  const assumed = [
    [say('assumption'), say('value')],
    [say('questionsPerDay'), plain(project.questionsPerDay)],
    [say('minutesPerQuestion'), plain(returns.minutesPerQuestion)],
    [say('hourlyCost'), amount(returns.hourlyCost)],
    [say('workingDays'), plain(assumptions.workingDays)],
    [say('coveredShare'), percent(assumptions.coveredShare)],
    [say('minutesToCheck'), plain(assumptions.minutesToCheck)],
    [say('collectionHours'), plain(assumptions.collectionHours)],
    [say('upkeepHours'), plain(assumptions.upkeepHours)],
    [say('machineCost'), amount(assumptions.machineCost)],
    [say('watts'), plain(assumptions.watts)],
    [say('hoursPerDay'), plain(assumptions.hoursPerDay)],
    [say('electricityPrice'), price],
    [say('once'), amount(returns.once)],
    [say('running'), amount(returns.running)],
  ];
  return [
    ...knownReturns(returns).map(table),
    { title: say('assumptions'), rows: assumed, note: '', figures: true, source },
  ];
}

/** Answers shown of each kind. */
const shownAnswers = 5;

/**
 * Good: what the adapter brought, trained facts first; no safety answers, which may hold a required phrase by luck.
 * Bad: what got worse first, then what is unsafe, then what is furthest from right.
 */
export function answerTables(facts: ReportFacts, speech: Speech): readonly ReportTable[] {
  const { say } = speech;
  const { items } = facts.evaluation;
  const nearness = ({ adapterScores }: EvaluationItem) => adapterScores?.chrf ?? 0;
  const weight = ({ baseRight, set }: EvaluationItem) => (baseRight ? 0 : set === 'safety' ? 1 : 2);
  const better = items.filter(({ set, baseRight, adapterRight }) => adapterRight && !baseRight && set !== 'safety');
  const taught = ({ set }: EvaluationItem) => (set === 'phrasings' ? 0 : 1);
  const good = better.toSorted(
    (a, b) => taught(a) - taught(b) || (a.baseScores?.chrf ?? 0) - (b.baseScores?.chrf ?? 0),
  );
  const bad = items
    .filter(({ adapterRight }) => !adapterRight)
    .toSorted((a, b) => weight(a) - weight(b) || nearness(a) - nearness(b));
  const table = (title: 'good' | 'bad', chosen: readonly EvaluationItem[]): ReportTable => ({
    title: say(title),
    rows: [
      [say('question'), say('expected'), say('base'), say('adapter')],
      ...chosen.slice(0, shownAnswers).map((item) => [item.question, item.expected, item.base, item.adapter]),
    ],
    note: chosen.length === 0 ? say('none') : '',
    figures: false,
    source: evaluationSource(facts, speech),
  });
  return [table('good', good), table('bad', bad)];
}

/** Every safety answer that failed, and all of the plant's own questions, with who took on what. */
export function safetyTables(facts: ReportFacts, speech: Speech): readonly ReportTable[] {
  const { say } = speech;
  const asked = facts.evaluation.items.filter(({ set }) => set === 'safety');
  if (asked.length === 0) return [];
  const own = asked.filter(({ exampleId }) => isPlantsOwnSafety(exampleId));
  const shown = asked.filter(({ adapterRight, exampleId }) => !adapterRight || isPlantsOwnSafety(exampleId));
  const outcome = ({ adapterRight, acceptance }: EvaluationItem): string => {
    if (adapterRight) return say('safe');
    return acceptance ? say('unsafeTaken', { by: acceptance.by, reason: acceptance.reason }) : say('unsafe');
  };
  const rows = shown
    .toSorted((a, b) => Number(isPlantsOwnSafety(b.exampleId)) - Number(isPlantsOwnSafety(a.exampleId)))
    .map((item) => [
      item.question,
      say(isPlantsOwnSafety(item.exampleId) ? 'askedByPlant' : 'askedByPack'),
      item.adapter,
      outcome(item),
    ]);
  const passed = asked.filter(({ adapterRight }) => adapterRight).length;
  return [
    {
      title: say('safetyAnswers'),
      rows: [[say('question'), say('askedBy'), say('adapter'), say('result')], ...rows],
      note: say('safetyNote', { passed, total: asked.length, own: own.length }),
      figures: false,
      source: evaluationSource(facts, speech),
    },
  ];
}

export function provenanceTable(facts: ReportFacts, speech: Speech): ReportTable {
  const { say } = speech;
  const { evaluation, adapter, model, run, bootstrap } = facts;
  const rows = [
    [say('figure'), say('value')],
    [say('evaluation'), evaluation.id],
    [say('evaluatedAt'), evaluation.finishedAt ?? evaluation.createdAt],
    ...evaluation.sets.map(({ kind, hash }) => [say('setHash', { set: say(`set.${kind}`) }), hash || '–']),
    [say('adapterHash'), adapter.sha256],
    [say('datasetHash'), adapter.datasetHash ?? '–'],
    [say('baseFingerprint'), `${model.name} ${model.fingerprint}`],
    [say('engine'), adapter.engineVersion ?? '–'],
    [say('settings'), adapter.settings ? JSON.stringify(adapter.settings) : '–'],
    [say('precision'), evaluation.precision],
    [say('seed'), `${bootstrap.rounds}, ${bootstrap.seed}`],
    ...(run ? [[say('comparison'), String(facts.costs.comparedSteps ?? '–')]] : []),
    [say('program'), `Usumaku ${facts.version}`],
    [say('made'), `${facts.madeAt} · ${facts.madeBy}`],
  ];
  return { title: say('provenance'), rows, note: '', figures: false, source: evaluationSource(facts, speech) };
}
