/** Routes, rollouts and transitions as lines for a terminal. */

import type { AnswerLook, GuardState, RolloutView, RouteView, Transition } from '../../contract/entities.ts';
import { gateReasonInWords } from '../../contract/rollout-words.ts';
import { percent } from './figures.ts';
import { plainTable } from './poc/tables.ts';

const base = 'the base alone';

const ends = { revert: 'a revert', apply: 'a release', withdraw: 'a withdrawal' } as const;

export function routeLine({ name, standard, release, state }: RouteView): string {
  const serves = release?.adapterName ? `${release.adapterName} (release ${release.number})` : base;
  return `${name}${standard ? ' (standard)' : ''}: serves ${serves}; ${state === null ? 'no rollout yet' : `rollout ${state}`}`;
}

export function transitionLine(transition: Transition): string {
  const { at, action, servesName, servesNumber, candidateName, candidateNumber, state } = transition;
  const { stations, during, reason, by } = transition;
  const serves = servesName === null ? base : `${servesName} (release ${servesNumber})`;
  const rollout = state === null ? '' : `; ${candidateName ?? ''} (release ${candidateNumber}) ${state}`;
  const shifts = during.map(({ name, from, to }) => `${name} ${from}-${to}`).join(', ');
  const where = (stations.length > 0 ? ` at ${stations.join(', ')}` : '') + (shifts && ` during ${shifts}`);
  return `${at} ${action}: serves ${serves}${rollout}${where}${by === '' ? '' : `, by ${by}`}${reason === '' ? '' : ` (${reason})`}`;
}

/** @param causes the answers behind a halt */
export function rolloutLines(rollout: RolloutView, causes: readonly AnswerLook[] = []): readonly string[] {
  const { route, candidate, present, state, stage, plan, halt, end, next, reasons, report, stageAnswers } = rollout;
  const { stages } = plan;
  const place = stage < 0 ? '' : ` (stage ${stage + 1} of ${stages.length})`;
  const gate = stages[stage]?.gate.answers ?? 0;
  const needed = gate > 0 ? ` of ${gate}` : '';
  return [
    `${candidate.adapterName ?? ''} on the route ${route}: ${state}${place}; otherwise ${present?.adapterName ?? base} answers.`,
    ...(stage >= 0 ? [`Answers in this stage: ${stageAnswers}${needed}.`] : []),
    ...(halt ? [`Halted by ${halt.guard === null ? `${halt.by}: ${halt.reason}` : `the guard “${halt.guard}”`}.`] : []),
    ...(end
      ? [`Ended by ${ends[end.action]} of ${end.by} at ${end.at}; since then ${end.answers ?? base} answers.`]
      : []),
    ...causes.map(({ question, text, grade }) => `  “${question}” → “${text}”${grade === null ? '' : ` (${grade})`}`),
    ...(next === null ? [] : [`Next: ${next}.`]),
    ...reasons.map((reason) => `It waits: ${gateReasonInWords(reason, 'en')}.`),
    ...(report
      ? [
          plainTable([['guard', 'seen', 'tolerated', 'E', 'halts at', 'verdict'], ...report.guards.map(guardRow)]),
          `${report.ungraded} of ${report.answers} answers are ungraded; silence does not count as right.`,
        ]
      : []),
  ];
}

function guardRow(guard: GuardState): readonly string[] {
  const { name, test, limit, bad, total, denominator, curve, line, verdict, needed } = guard;
  const mean = test === 'mean' && total > 0 ? `mean ${percent(bad / total)} of ${total}` : null;
  return [
    name,
    mean ?? `${bad} of ${total} ${denominator === 'graded' ? 'graded' : 'answers'}`,
    limit ? percent(limit.tolerated) : 'none',
    line === null ? '–' : (10 ** (curve.at(-1)?.value ?? 0)).toPrecision(3),
    line === null ? 'one' : (10 ** line).toFixed(0),
    needed === null ? verdict : `${verdict}, ${needed} more`,
  ];
}
