/** Puts a report together: the page for the meeting first, then the appendix. */

import type { CriterionResult, Language } from '../../contract/entities.ts';
import { needsPerson } from '../../contract/rules/answers.ts';
import { enoughGraded, foremostReturn, restsOnFew } from '../../contract/rules/returns.ts';
import type { ReportDocument } from './document.ts';
import type { ReportFacts } from './facts.ts';
import {
  answerTables,
  costTable,
  metricsTable,
  criteriaTable,
  criterionFigure,
  paybackIn,
  provenanceTable,
  returnTables,
  safetyTables,
  ruleName,
  scoreTable,
  voteTables,
} from './tables.ts';
import { type Speech, speechIn } from './words.ts';

export function composeDocument(facts: ReportFacts, language: Language): ReportDocument {
  const speech = speechIn(language);
  const { say } = speech;
  const { evaluation, adapter, model, project, run } = facts;
  const site = [project.site, project.department].filter(Boolean).join(' · ');
  const diagnoses = evaluation.diagnoses.map(({ kind, evidence }) => say(`diagnosis.${kind}`, evidence));
  return {
    language,
    title: say('title'),
    subtitle: say('subtitle', {
      ...{ site, adapter: adapter.name, model: model.bundled ? say('starter') : model.name },
      date: speech.date(evaluation.finishedAt ?? evaluation.createdAt),
    }),
    verdict: verdictOf(facts, speech),
    pointsTitle: say('points'),
    points: pointsOf(facts, speech),
    scores: {
      title: say('scores'),
      base: say('base'),
      adapter: say('adapter'),
      bars: evaluation.sets.map(({ kind, ...scores }) => ({ label: say(`set.${kind}`), ...scores })),
    },
    curve: {
      title: say('curve'),
      step: say('step'),
      lines: [
        { name: say('trainingLoss'), points: run?.metrics ?? [] },
        { name: say('validationLoss'), points: run?.validation ?? [] },
      ].filter(({ points }) => points.length > 0),
    },
    returnTitle: say('returns'),
    returnSentence: returnSentence(facts, speech),
    next: { title: say('next'), items: [nextStep(facts, speech)] },
    risks: { title: say('risks'), items: risksOf(facts, speech) },
    diagnoses: { title: say('diagnoses'), items: diagnoses },
    phrases: phrasesOf(facts, speech),
    scoreTable: scoreTable(facts, speech),
    tables: [
      criteriaTable(facts, speech),
      metricsTable(facts, speech),
      ...answerTables(facts, speech),
      ...safetyTables(facts, speech),
      ...voteTables(facts, speech),
      costTable(facts, speech),
      ...returnTables(facts, speech),
      provenanceTable(facts, speech),
    ],
    appendix: say('appendix'),
    foot: say('page', { id: evaluation.id, adapter: adapter.sha256.slice(0, 16) }),
  };
}

/** It fails only until somebody has looked. */
const waitsForPerson = ({ rule }: CriterionResult): boolean => rule === 'worse-answers' || rule === 'safety';

/** What the criteria say, the way the screen says it: figures decide first, then what waits for people. */
function situation({ evaluation: { judgement } }: ReportFacts) {
  const criteria = judgement?.criteria ?? [];
  const figures = criteria.filter((criterion) => !waitsForPerson(criterion));
  const failed = figures.find(({ verdict }) => verdict === 'fail');
  const open = figures.find(({ verdict }) => verdict === 'not-enough-evidence');
  const waiting = criteria.filter(waitsForPerson).reduce((sum, { measured }) => sum + measured, 0);
  if (failed) return { kind: 'fail', criterion: failed } as const;
  if (open || !judgement) return { kind: 'open', criterion: open } as const;
  return waiting > 0 ? ({ kind: 'waiting', waiting } as const) : ({ kind: 'pass' } as const);
}

const learntOf = ({ evaluation }: ReportFacts) => evaluation.sets.find(({ kind }) => kind === 'phrasings');

function verdictOf(facts: ReportFacts, speech: Speech): ReportDocument['verdict'] {
  const { say, percent } = speech;
  const found = situation(facts);
  const named = (criterion: CriterionResult | undefined) =>
    criterion
      ? say('criterionMeasured', {
          rule: ruleName(criterion, speech),
          limit: criterionFigure(criterion, criterion.limit, speech),
          measured: criterionFigure(criterion, criterion.measured, speech),
        })
      : '–';
  if (found.kind === 'fail')
    return { tone: 'halt', word: say('fail'), sentence: say('sentenceFail', { criterion: named(found.criterion) }) };
  if (found.kind === 'open') {
    const count = found.criterion?.furtherQuestions ?? null;
    const further = count === null ? say('tooNear') : say('further', { count });
    return {
      tone: 'hold',
      word: say('open'),
      sentence: say('sentenceOpen', { criterion: named(found.criterion), further }),
    };
  }
  if (found.kind === 'waiting')
    return { tone: 'hold', word: say('waiting'), sentence: say('sentenceWaiting', { count: found.waiting }) };
  const learnt = learntOf(facts);
  const { correct = 0, total = 0, share = 0, low = 0, high = 1 } = learnt?.adapter ?? {};
  const shares = {
    share: percent(share),
    low: percent(low),
    high: percent(high),
    base: percent(learnt?.base.share ?? 0),
  };
  return { tone: 'go', word: say('pass'), sentence: say('sentencePass', { correct, total, ...shares }) };
}

const unsafeOf = (items: ReportFacts['evaluation']['items']) =>
  items.filter(({ set, adapterRight }) => set === 'safety' && !adapterRight);

function pointsOf(facts: ReportFacts, speech: Speech): ReportDocument['points'] {
  const { say, number, percent, bytes, duration } = speech;
  const { adapter, costs, evaluation, trainedExamples, revert } = facts;
  const { seconds } = costs.adapter;
  const fullSeconds = costs.full.seconds;
  const got = evaluation.items.filter(
    ({ set, baseRight, adapterRight }) => set !== 'safety' && baseRight && !adapterRight,
  );
  const safety = evaluation.sets.find(({ kind }) => kind === 'safety')?.adapter;
  const unsafe = unsafeOf(evaluation.items);
  const identical = revert?.baseIdentical;
  const reverted =
    identical == null
      ? say('revertAtHand')
      : identical
        ? say('revertProven', { milliseconds: number(revert?.milliseconds ?? 0) })
        : say('revertFailed');
  return [
    {
      title: say('pointSmall'),
      text: say('pointSmallText', {
        parameters: number(adapter.parameters),
        share: percent(adapter.parameters / adapter.baseParameters, 1),
        bytes: bytes(adapter.bytes),
      }),
    },
    {
      title: say('pointFast'),
      text:
        seconds && fullSeconds
          ? say('pointFastText', {
              time: duration(seconds.value),
              examples: number(trainedExamples ?? 0),
              ratio: number(fullSeconds.value / seconds.value, 1),
              source: say(`source.${fullSeconds.source}`, { steps: costs.comparedSteps ?? 0 }),
            })
          : say('pointFastElsewhere'),
    },
    {
      title: say('pointControl'),
      text: say('pointControlText', {
        questions: number(evaluation.items.length),
        worse: got.length,
        accepted: got.filter(({ acceptance }) => acceptance !== null).length,
        safety: safety
          ? say('pointSafety', {
              unsafe: unsafe.length,
              total: safety.total,
              accepted: unsafe.filter(({ acceptance }) => acceptance !== null).length,
            })
          : say('pointNoSafety'),
        revert: reverted,
      }),
    },
  ];
}

function returnSentence({ returns }: ReportFacts, speech: Speech): string {
  const found = foremostReturn(returns);
  if (!found) return speech.say('returnUnknown');
  const money = (amount: number) => speech.money(amount, returns.currency);
  const values = {
    low: money(found.low.perYear),
    middle: money(found.middle.perYear),
    high: money(found.high.perYear),
  };
  if (found.middle.perYear <= 0) return speech.say('returnLoss', values);
  return speech.say('returnSentence', { ...values, payback: paybackIn(found.middle, speech) });
}

function nextStep(facts: ReportFacts, { say }: Speech): string {
  const found = situation(facts);
  if (found.kind === 'pass') return say('nextPass');
  if (found.kind === 'waiting') return say('nextWaiting', { count: found.waiting });
  if (found.kind === 'open') return say('nextOpen');
  return say(facts.evaluation.diagnoses.length > 0 ? 'nextFail' : 'nextFailUnknown');
}

/** Fewer questions than this leave a wide interval. */
const fewQuestions = 100;

function risksOf(facts: ReportFacts, { say, percent }: Speech): readonly string[] {
  const { evaluation, returns } = facts;
  const { items, sets, judgement } = evaluation;
  const learnt = learntOf(facts)?.adapter;
  const found = foremostReturn(returns);
  const worse = items.filter(({ set, baseRight, adapterRight }) => set !== 'safety' && baseRight && !adapterRight);
  const safety = sets.find(({ kind }) => kind === 'safety')?.adapter;
  const fresh = sets.find(({ kind }) => kind === 'new-cases');
  const unsafe = unsafeOf(items).length;
  const open = worse.filter((item) => needsPerson(item) && item.acceptance === null).length;
  return [
    ...(worse.length > 0 ? [say('riskWorse', { count: worse.length, open })] : []),
    ...(safety && unsafe > 0 ? [say('riskSafety', { count: unsafe, total: safety.total })] : []),
    ...(fresh?.invented && fresh.invented.adapter > 0
      ? [say('riskInvented', { share: percent(fresh.invented.adapter / fresh.adapter.total) })]
      : []),
    ...(learnt && learnt.total < fewQuestions
      ? [say('riskFew', { total: learnt.total, low: percent(learnt.low), high: percent(learnt.high) })]
      : []),
    ...(judgement && judgement.adaptersTried > 1 ? [say('riskTried', { adapters: judgement.adaptersTried })] : []),
    ...(found && restsOnFew(found) ? [say('riskFewAnswers', { answers: found.answers, enough: enoughGraded })] : []),
    say('riskAssumed', { covered: percent(returns.assumptions.coveredShare) }),
    say('riskPrecision', { precision: evaluation.precision }),
  ];
}

function phrasesOf(facts: ReportFacts, speech: Speech): ReportDocument['phrases'] {
  const { say } = speech;
  const learnt = learntOf(facts);
  const sure = (): string => {
    if (!learnt) return say('sayNothingAsked');
    const { better, worse, pValue } = learnt.paired;
    const trials = Math.round(pValue * 10_000);
    const luck = trials < 1 ? say('luckRare') : say('luck', { trials: speech.number(trials) });
    return say('saySure', { total: learnt.adapter.total, better, worse, luck });
  };
  return {
    title: say('phrases'),
    pairs: [
      { asked: say('askSure'), said: sure() },
      { asked: say('askWrong'), said: say('sayWrong') },
      { asked: say('askWhy'), said: say('sayWhy', { bytes: speech.bytes(facts.adapter.bytes) }) },
      { asked: say('askDecide'), said: nextStep(facts, speech) },
    ],
  };
}
