/** The written report of a PoC, in Markdown. */

import type { EvaluationItem } from '../../contract/entities.ts';
import type { PocOutcome } from './poc-outcome.ts';
import {
  costTable,
  costSource,
  markdownCell,
  markdownTable,
  pairedSentence,
  safetySentence,
  scoreTable,
  verdictSentence,
} from './poc-tables.ts';
import type { Say } from './poc-words.ts';

/** @param items of the evaluation; those whose answer changed are listed. */
export function pocReport(outcome: PocOutcome, items: readonly EvaluationItem[], say: Say): string {
  const { project, model, examples, run, adapter, evaluation, trial } = outcome;
  const changed = items.filter(({ baseRight, adapterRight }) => baseRight !== adapterRight);
  const sections = [
    `# ${say('title')}`,
    `**${verdictSentence(outcome, say)}**`,
    markdownCell([project.site, project.department].filter(Boolean).join(' · ')),
    markdownTable(scoreTable(outcome, say)),
    `${say('interval')}. ${pairedSentence(evaluation, say)}`,
    safetySentence(evaluation, say),
    say('precision', { precision: evaluation.precision }),
    `## ${say('cost')}`,
    markdownTable(costTable(outcome, say)),
    costSource(outcome, say),
    ...(trial ? trialSections(trial, adapter.name, say) : []),
    `## ${say('changed')} (${changed.length})`,
    markdownTable([
      [say('question'), say('expected'), say('base'), say('adapter')],
      ...changed.map((item) => [item.question, item.expected, item.base, item.adapter]),
    ]),
    `## ${say('lineage')}`,
    markdownTable([
      ['', ''],
      ['base', `${model.name} ${model.fingerprint}`],
      ['dataset', `${adapter.datasetHash} (${examples.train} / ${examples.heldOut} / ${examples.regression})`],
      ['adapter', adapter.sha256],
      ['settings', JSON.stringify(adapter.settings)],
      ['steps', String(run.steps)],
      ['device', run.device],
      ['evaluation', evaluation.id],
      ['precision', evaluation.precision],
      ['engine', adapter.engineVersion ?? ''],
      ...(trial ? [['base probe', `${trial.applied.baseProbe} → ${trial.reverted.baseProbe}`]] : []),
      ['time', outcome.finishedAt],
    ]),
  ];
  return `${sections.filter(Boolean).join('\n\n')}\n`;
}

function trialSections({ applied, answer, reverted }: NonNullable<PocOutcome['trial']>, name: string, say: Say) {
  const identical = say(reverted.baseIdentical === true ? 'yes' : 'no');
  return [
    `## ${say('asked', { question: markdownCell(answer.question) })}`,
    `- ${say('base')}: ${markdownCell(answer.base.text)}\n- ${say('adapter')}: ${markdownCell(answer.adapter?.text ?? '–')}`,
    say('applied', { name: markdownCell(name), milliseconds: Math.round(applied.milliseconds) }),
    say('reverted', { milliseconds: Math.round(reverted.milliseconds), identical }),
  ];
}
