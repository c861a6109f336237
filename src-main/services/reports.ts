/** Reports: made from what is stored whenever somebody asks, so that the same evaluation gives the same figures. */

import type { reportRequests } from '../contract/areas/reports.ts';
import type { Language, ReportFile, ReportForm } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { revertOf } from '../domain/reverts.ts';
import { bootstrapRounds, bootstrapSeed } from '../domain/statistics/intervals.ts';
import { answersCsv, composeDocument, type ReportFacts, reportHtml, reportSlides } from '../exporters/report/index.ts';
import { sha256 } from '../store/durable.ts';
import { type Context, requireFound } from './context.ts';
import { costsOfEvaluation, returnsOfEvaluation } from './costs.ts';
import type { Evaluations } from './evaluations.ts';
import { votesOn } from './votes.ts';

const mediaTypes: Record<ReportForm, string> = {
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  csv: 'text/csv; charset=utf-8',
};

export function createReports(context: Context, evaluations: Evaluations): HandlersOf<typeof reportRequests> {
  const { store } = context;

  function factsOf(evaluationId: string): ReportFacts {
    const evaluation = evaluations.detail(evaluationId);
    const project = store.project.get();
    if (!project) throw new OfficeError('project-missing');
    if (evaluation.state !== 'completed') throw new OfficeError('evaluation-unfinished');
    const adapter = requireFound(store.adapters.get(evaluation.adapterId), 'adapter', evaluation.adapterId);
    const run = adapter.runId === null ? null : store.runs.detail(adapter.runId);
    return {
      project,
      evaluation,
      adapter,
      model: requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId),
      run,
      trainedExamples: run && (store.datasets.get(run.datasetVersionId)?.train ?? null),
      costs: costsOfEvaluation(context, evaluation),
      returns: returnsOfEvaluation(context, evaluation),
      revert: revertOf(store.releases.list(), adapter.id),
      vote: votesOn(context, evaluationId),
      version: context.version,
      madeAt: context.now(),
      madeBy: context.currentOperator(),
      bootstrap: { rounds: bootstrapRounds, seed: bootstrapSeed },
    };
  }

  async function write(facts: ReportFacts, language: Language, form: ReportForm): Promise<Uint8Array> {
    if (form === 'csv') return Buffer.from(answersCsv(facts.evaluation));
    const document = composeDocument(facts, language);
    if (form === 'pptx') return reportSlides(document);
    const html = reportHtml(document);
    if (form === 'html') return Buffer.from(html);
    if (context.printPdf === null) throw new OfficeError('printer-missing');
    return context.printPdf(html);
  }

  async function make(evaluationId: string, language: Language, form: ReportForm): Promise<ReportFile> {
    const facts = factsOf(evaluationId);
    const bytes = Buffer.from(await write(facts, language, form));
    const hash = sha256(bytes);
    const values = { evaluation: evaluationId, form, language, sha256: hash };
    context.change([], { kind: 'report.made', subject: facts.adapter.name, values }, () => null);
    return {
      fileName: `usumaku-${language}-${facts.evaluation.createdAt.slice(0, 10)}-${evaluationId.slice(0, 8)}.${form}`,
      mediaType: mediaTypes[form],
      base64: bytes.toString('base64'),
      sha256: hash,
    };
  }

  return { 'reports.make': ({ evaluationId, language, form }) => make(evaluationId, language, form) };
}
