/** Proving: base and adapter answer the same questions, and the project's criteria judge. */

import type { evaluationRequests } from '../contract/areas/evaluations.ts';
import type {
  Evaluation,
  EvaluationDetail,
  EvaluationEstimate,
  EvaluationItem,
  EvaluationRecord,
  Judgement,
} from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { needsPerson } from '../contract/rules/answers.ts';
import { canGoOn, canRunAgain } from '../contract/rules/evaluations.ts';
import { diagnose } from '../domain/diagnosis.ts';
import { compareRuns } from '../domain/reruns.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import type { StoredEvaluation } from '../store/evaluations.ts';
import { type Context, requireFound } from './context.ts';
import type { Datasets } from './datasets.ts';
import type { Devices } from './devices.ts';
import { compareEvaluated } from './evaluation-comparing.ts';
import { judged, judgedEvaluations } from './evaluation-judging.ts';
import { type Asked, questionsOf } from './evaluation-sets.ts';
import { createEvaluationWork } from './evaluation-work.ts';
import type { Lane } from './long-work.ts';

export interface Evaluations {
  readonly handlers: HandlersOf<typeof evaluationRequests>;
  /** One with its answers, judged by today's criteria. @throws OfficeError not-found */
  detail(evaluationId: string): EvaluationDetail;
  /** At boot: evaluations that a former host left behind wait to be continued. */
  markInterrupted(): void;
  /** The evaluation that runs. */
  activeId(): string | null;
}

/** null where nothing tells. Base and adapter answer each question; in its proof the adapter alone did. */
function secondsFor(
  questions: number | null,
  former: StoredEvaluation | undefined,
  proof: StoredAdapter['proof'],
): number | null {
  if (questions === null) return null;
  const known = former?.record?.questions ?? 0;
  if (former?.seconds && known > 0) return (former.seconds * questions) / known;
  return proof && proof.answers > 0 ? (2 * proof.seconds * questions) / proof.answers : null;
}

const topics = ['evaluations', 'status'] as const;
const batchSize = 16;
/** Tokens an answer may be longer than the longest expected one: what goes on after that is wrong anyway. */
const spareTokens = 8;

export function createEvaluations(
  context: Context,
  { lane, datasets, devices }: { lane: Lane; datasets: Datasets; devices: Devices },
): Evaluations {
  const { store, engine } = context;
  const work = createEvaluationWork(context, lane);
  const stored = (id: string): StoredEvaluation => requireFound(store.evaluations.get(id), 'evaluation', id);

  function detail(evaluationId: string): EvaluationDetail {
    const evaluation = stored(evaluationId);
    const shown = work.present(judged(context, evaluation));
    const items = store.evaluations.items(evaluationId);
    const diagnoses = shown.judgement ? diagnosesOf(shown.adapterId, shown.judgement, items) : [];
    return { ...shown, items, diagnoses, rerun: rerunOf(evaluation, items) };
  }

  function rerunOf(evaluation: StoredEvaluation, items: readonly EvaluationItem[]) {
    if (evaluation.rerunOf === null || evaluation.state !== 'completed') return null;
    const first = stored(evaluation.rerunOf);
    const modelId = store.adapters.get(evaluation.adapterId)?.modelId;
    const weights = (modelId === undefined ? null : store.models.get(modelId))?.parts?.weights ?? null;
    return compareRuns({ ...first, items: store.evaluations.items(first.id) }, { ...evaluation, items }, weights);
  }

  function diagnosesOf(adapterId: string, judgement: Judgement, items: readonly EvaluationItem[]) {
    const runId = store.adapters.get(adapterId)?.runId ?? null;
    const run = runId === null ? null : store.runs.detail(runId);
    return diagnose({ judgement, items, run, examples: run ? store.datasets.examples(run.datasetVersionId) : [] });
  }

  /**
   * From the newest evaluation of the same base in the same precision, or from the adapter's own proof, in which the model was
   * opened too, so that it is rather too long.
   */
  function estimate(adapterId: string): EvaluationEstimate {
    const adapter = requireFound(store.adapters.get(adapterId), 'adapter', adapterId);
    const { precision } = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
    const run = adapter.runId === null ? null : store.runs.get(adapter.runId);
    const versionId = run?.datasetVersionId ?? store.datasets.newest()?.id;
    const questions = versionId === undefined ? null : questionsOf(context, versionId).length;
    const ofBase = new Set(
      store.adapters.list().flatMap(({ id, modelId }) => (modelId === adapter.modelId ? [id] : [])),
    );
    const former = store.evaluations
      .list()
      .find((each) => each.state === 'completed' && each.precision === precision && ofBase.has(each.adapterId));
    return { questions, seconds: secondsFor(questions, former, adapter.proof) };
  }

  async function start(adapterId: string): Promise<Evaluation> {
    lane.requireIdle();
    const adapter = intactAdapter(adapterId);
    const model = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
    const asked = questionsOf(context, await versionFor(adapter));
    const measures = await engine.call('measureExamples', {
      directory: model.directory,
      examples: asked.map(({ id, question, answer }) => ({ id, question, answer })),
      maxTokens: model.contextLength,
    });
    const record: EvaluationRecord = {
      questions: asked.length,
      questionsSha256: store.artefacts.putJsonLines(asked).sha256,
      adapterSha256: adapter.sha256,
      baseFingerprint: model.fingerprint,
      ...(await devices.computing(model)),
      batchSize,
      maxNewTokens: Math.max(...measures.map(({ answerTokens }) => answerTokens), 0) + spareTokens,
      appVersion: context.version,
    };
    lane.requireIdle();
    return add(adapter, asked, { record, rerunOf: null, precision: model.precision });
  }

  /** @throws OfficeError not-found, adapter-damaged */
  function intactAdapter(adapterId: string): StoredAdapter {
    const adapter = requireFound(store.adapters.get(adapterId), 'adapter', adapterId);
    store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
    return adapter;
  }

  /** The version it was trained on; an adapter from elsewhere is asked what the plant would ask now. */
  async function versionFor({ runId }: StoredAdapter): Promise<string> {
    if (runId === null) return (await datasets.freeze()).id;
    return requireFound(store.runs.get(runId), 'run', runId).datasetVersionId;
  }

  function add(
    { id: adapterId, name }: StoredAdapter,
    asked: readonly Asked[],
    kept: Pick<StoredEvaluation, 'record' | 'rerunOf' | 'precision'>,
  ): Evaluation {
    const evaluation = { ...newEvaluation, id: context.ids(), adapterId, ...kept, createdAt: context.now() };
    const { rerunOf, precision } = kept;
    const values = { questions: asked.length, precision, ...(rerunOf !== null && { rerunOf }) };
    context.change(topics, { kind: 'evaluation.started', subject: name, values }, () =>
      store.evaluations.add(evaluation),
    );
    work.begin(evaluation, asked);
    return evaluation;
  }

  /** The questions and the way they were asked stay; base, version and the card's number are those of today. */
  async function rerun(evaluationId: string): Promise<Evaluation> {
    lane.requireIdle();
    const first = stored(evaluationId);
    const { record } = first;
    if (!canRunAgain(first) || record === null) throw new OfficeError('evaluation-wrong-state', { state: first.state });
    const now = await devices.today(record);
    lane.requireIdle();
    const adapter = intactAdapter(first.adapterId);
    const { fingerprint } = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
    const asked = store.artefacts.jsonLines<Asked>(record.questionsSha256);
    const today = { ...record, ...now, baseFingerprint: fingerprint, appVersion: context.version };
    return add(adapter, asked, { record: today, rerunOf: first.id, precision: first.precision });
  }

  async function resume(evaluationId: string): Promise<Evaluation> {
    lane.requireIdle();
    const { record: begun } = stored(evaluationId);
    const now = begun && (await devices.today(begun));
    lane.requireIdle();
    const ended = stored(evaluationId);
    const { record, state } = ended;
    if (!canGoOn(ended) || record === null || now === null) throw new OfficeError('evaluation-wrong-state', { state });
    const { name } = intactAdapter(ended.adapterId);
    const asked = store.artefacts.jsonLines<Asked>(record.questionsSha256);
    // The rest is asked of the card that answered the first part, wherever it is plugged in now; of two, no name is true.
    const card = now.card === record.card ? now.card : null;
    const going = { ...record, device: now.device, card };
    const running: StoredEvaluation = { ...ended, record: going, state: 'running', error: null, finishedAt: null };
    const values = { answered: store.evaluations.items(evaluationId).length, questions: record.questions };
    context.change(topics, { kind: 'evaluation.resumed', subject: name, values }, () =>
      store.evaluations.save(running),
    );
    work.begin(running, asked);
    return work.present(judged(context, running));
  }

  return {
    detail,
    markInterrupted: () => work.markInterrupted(),
    activeId: () => work.activeId(),
    handlers: {
      'evaluations.start': ({ adapterId }) => start(adapterId),
      'evaluations.estimate': async ({ adapterId }) => estimate(adapterId),
      'evaluations.resume': async ({ evaluationId }) => resume(evaluationId),
      'evaluations.rerun': async ({ evaluationId }) => rerun(evaluationId),
      'evaluations.cancel': async ({ evaluationId }) => {
        await work.cancel(evaluationId);
        return judged(context, stored(evaluationId));
      },
      'evaluations.list': async () => judgedEvaluations(context).map((each) => work.present(each)),
      'evaluations.get': async ({ evaluationId }) => detail(evaluationId),
      'evaluations.compare': async ({ left, right }) => compareEvaluated(context, left, right),
      'evaluations.accept': async ({ evaluationId, answers, reason }) => {
        const items = new Map(
          store.evaluations.items(evaluationId).map((item) => [`${item.set} ${item.exampleId}`, item]),
        );
        const name = store.adapters.get(detail(evaluationId).adapterId)?.name ?? '';
        for (const { set, exampleId } of answers) {
          const item = requireFound(items.get(`${set} ${exampleId}`) ?? null, 'answer', exampleId);
          if (!needsPerson(item)) throw new OfficeError('nothing-to-accept', { question: item.question });
        }
        const acceptance = { by: context.currentOperator(), at: context.now(), reason };
        const values = { answers: answers.length, reason };
        context.change(topics, { kind: 'evaluation.answers-accepted', subject: name, values }, () => {
          for (const { set, exampleId } of answers) store.evaluations.accept(evaluationId, set, exampleId, acceptance);
        });
        return detail(evaluationId);
      },
    },
  };
}

const newEvaluation = {
  state: 'running',
  progress: null,
  sets: [],
  judgement: null,
  passed: null,
  error: null,
  seconds: null,
  peakBytes: null,
  deviceFallback: null,
  finishedAt: null,
} as const;
