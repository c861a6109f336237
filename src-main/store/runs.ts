/** Training runs with their metrics and validation losses. */

import type { Database } from 'better-sqlite3';
import type { RunDetail, RunMetric, StepComparison, TrainingRun, ValidationMetric } from '../contract/entities.ts';
import { fromJson, insertInto, nextNumber, toJson, updateOf } from './rows.ts';

export interface RunStore {
  /** Newest first. */
  list(): readonly TrainingRun[];
  get(id: string): TrainingRun | null;
  detail(id: string): RunDetail | null;
  nextNumber(): number;
  add(run: TrainingRun): void;
  /** Everything that can change while a run goes on. */
  save(run: TrainingRun): void;
  /** A step measured again (after a resume) replaces the former one. */
  addMetrics(runId: string, metrics: readonly RunMetric[], validation: readonly ValidationMetric[]): void;
  /** A run that continues from `step` measures what came later once more. */
  dropMetricsAfter(runId: string, step: number): void;
  /** A few steps of full fine-tuning beside it; null: nobody has measured them. */
  comparison(runId: string): StepComparison | null;
  keepComparison(runId: string, comparison: StepComparison): void;
}

type RunRow = Omit<TrainingRun, 'settings' | 'error' | 'deviceReason' | 'deviceFallback' | 'memoryShortage'> & {
  readonly settings: string;
  readonly error: string | null;
  readonly deviceReason: string | null;
  readonly deviceFallback: string | null;
  readonly memoryShortage: string | null;
};

const fixed = [
  'id',
  'number',
  'datasetVersionId',
  'modelId',
  'preset',
  'settings',
  'initialAdapterId',
  'startedBy',
  'createdAt',
] as const;
const changing = [
  'state',
  'step',
  'steps',
  'settlingFrom',
  'settlingReason',
  'secondsLeft',
  'tokensPerSecond',
  'residentBytes',
  'microBatch',
  'checkpointStep',
  'device',
  'deviceReason',
  'deviceFallback',
  'memoryShortage',
  'adapterId',
  'error',
  'seconds',
  'peakBytes',
  'finishedAt',
] as const;

export function createRunStore(database: Database): RunStore {
  const list = database.prepare<[], RunRow>('SELECT * FROM runs ORDER BY number DESC');
  const byId = database.prepare<[string], RunRow>('SELECT * FROM runs WHERE id = ?');
  const insert = insertInto<RunRow>(database, 'runs', [...fixed, ...changing]);
  const update = updateOf<RunRow>(database, 'runs', 'id', changing);
  const metrics = database.prepare<[string], RunMetric>(
    'SELECT step, epoch, loss, gradNorm, learningRate FROM runMetrics WHERE runId = ? ORDER BY step',
  );
  const validation = database.prepare<[string], ValidationMetric>(
    'SELECT step, loss, "right", "of" FROM runValidation WHERE runId = ? ORDER BY step',
  );
  const putMetric = database.prepare<[RunMetric & { runId: string }]>(
    'INSERT OR REPLACE INTO runMetrics (runId, step, epoch, loss, gradNorm, learningRate) VALUES (@runId, @step, @epoch, @loss, @gradNorm, @learningRate)',
  );
  const putValidation = database.prepare<[ValidationMetric & { runId: string }]>(
    'INSERT OR REPLACE INTO runValidation (runId, step, loss, "right", "of") VALUES (@runId, @step, @loss, @right, @of)',
  );
  const dropMetrics = database.prepare<[string, number]>('DELETE FROM runMetrics WHERE runId = ? AND step > ?');
  const dropValidation = database.prepare<[string, number]>('DELETE FROM runValidation WHERE runId = ? AND step > ?');
  const comparison = database.prepare<[string], { readonly json: string | null }>(
    'SELECT comparison AS json FROM runs WHERE id = ?',
  );
  const keepComparison = database.prepare<[string, string]>('UPDATE runs SET comparison = ? WHERE id = ?');
  const get = (id: string) => {
    const row = byId.get(id);
    return row ? toRun(row) : null;
  };
  return {
    list: () => list.all().map(toRun),
    get,
    detail(id) {
      const run = get(id);
      return run && { ...run, metrics: metrics.all(id), validation: validation.all(id) };
    },
    nextNumber: () => nextNumber(database, 'runs'),
    add: (run) => void insert.run(toRow(run)),
    save: (run) => void update.run(toRow(run)),
    addMetrics(runId, steps, losses) {
      for (const metric of steps) putMetric.run({ ...metric, runId });
      for (const loss of losses) putValidation.run({ ...loss, runId });
    },
    dropMetricsAfter(runId, step) {
      dropMetrics.run(runId, step);
      dropValidation.run(runId, step);
    },
    comparison: (runId) => fromJson(comparison.get(runId)?.json ?? null),
    keepComparison: (runId, measured) => void keepComparison.run(JSON.stringify(measured), runId),
  };
}

function toRow(run: TrainingRun): RunRow {
  const { settings, error, deviceReason, deviceFallback, memoryShortage } = run;
  return {
    ...run,
    settings: JSON.stringify(settings),
    error: toJson(error),
    deviceReason: toJson(deviceReason),
    deviceFallback: toJson(deviceFallback),
    memoryShortage: toJson(memoryShortage),
  };
}

/** The comparison is another matter, asked for by itself. */
function toRun({ comparison: _, ...row }: RunRow & { readonly comparison?: string | null }): TrainingRun {
  return {
    ...row,
    settings: JSON.parse(row.settings) as TrainingRun['settings'],
    error: fromJson<NonNullable<TrainingRun['error']>>(row.error),
    deviceReason: fromJson<NonNullable<TrainingRun['deviceReason']>>(row.deviceReason),
    deviceFallback: fromJson<NonNullable<TrainingRun['deviceFallback']>>(row.deviceFallback),
    memoryShortage: fromJson<NonNullable<TrainingRun['memoryShortage']>>(row.memoryShortage),
  };
}
