/** Adapters to take away: a PEFT folder that was read back and proven, or base and adapter merged into one model. */

import { tidyUp } from '../../native-models/disk/patient.ts';
import { clearUnfinished } from '../../native-models/disk/unfinished.ts';
import type { adapterExportRequests } from '../contract/areas/adapters.ts';
import type { AdapterTask, ExportPlan } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { freeBytes } from '../store/durable.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import type { AdapterTasks } from './adapter-tasks.ts';
import { type Context, requireFound } from './context.ts';
import { typedPathOutside } from './folder-listing.ts';
import type { Lanes } from './lanes.ts';
import type { ProofHooks, Proofs } from './proofs.ts';

type ExportInput = ValidInput<'adapters.export'>;

/** `proof` null: a merged model is compared with base and adapter by the engine itself. */
type Exported = Pick<AdapterTask, 'howTo' | 'proof'>;

/** Room for instructions, evidence and configuration beside the weights. */
const besideBytes = 100_000;

export function createAdapterExport(
  context: Context,
  { lanes, tasks, proofs }: { lanes: Lanes; tasks: AdapterTasks; proofs: Proofs },
): HandlersOf<typeof adapterExportRequests> {
  const { store, engine } = context;

  function plan({ adapterId, directory, form }: ExportInput): ExportPlan {
    const adapter = requireFound(store.adapters.get(adapterId), 'adapter', adapterId);
    const model = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
    const bytes = besideBytes + (form === 'merged' ? model.weightBytes : adapter.bytes);
    const free = freeBytes(typedPathOutside(context.dataDirectory, directory));
    return { bytes, freeBytes: free, fits: free === null || free > bytes };
  }

  async function start(input: ExportInput): Promise<AdapterTask> {
    const adapter = requireFound(store.adapters.get(input.adapterId), 'adapter', input.adapterId);
    const path = typedPathOutside(context.dataDirectory, input.directory);
    const { fits, bytes, freeBytes: free } = plan(input);
    if (!fits) {
      const [needed, there] = [bytes, free ?? 0].map((count) => Math.ceil(count / 1e6));
      throw new OfficeError('disk-space-short', { path, needed: needed!, free: there! });
    }
    store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
    // Merging needs the memory of a model, which training or evaluating may need itself.
    if (input.form === 'merged') lanes.models.requireIdle();
    return tasks.start('export', adapter.name, async (hooks) => {
      const work = input.form === 'merged' ? mergeTo : exportTo;
      // A model process that was killed has left behind what it was writing; nobody else writes there.
      const result = await work(adapter, path, hooks).catch(async (error: unknown) => {
        await clearUnfinished(path);
        throw error;
      });
      const values = { directory: path, form: input.form, sha256: adapter.sha256 };
      context.change(['adapters'], { kind: 'adapter.exported', subject: adapter.name, values }, () => {
        if (result.proof) proofs.keep(adapter, result.proof);
      });
      return { adapterId: adapter.id, directory: path, ...result };
    });
  }

  /** What does not equal its source is taken away again: half an export is worse than none. */
  async function exportTo(adapter: StoredAdapter, directory: string, hooks: ProofHooks): Promise<Exported> {
    const model = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
    const evidence = `${JSON.stringify({ adapter: adapter.name, ...adapter.proof }, null, 2)}\n`;
    const folders = { modelDirectory: model.directory, adapterDirectory: adapter.directory };
    const job = { ...folders, outputDirectory: directory, evidence };
    const { howTo } = await engine.call('exportAdapter', job);
    try {
      const run = adapter.runId === null ? null : store.runs.get(adapter.runId);
      const examples = proofs.examplesFor(run?.datasetVersionId ?? null);
      const target = { model, directory, sourceDirectory: adapter.directory, examples };
      return { howTo, proof: proofs.describe('export', await proofs.measure(target, hooks)) };
    } catch (error) {
      await tidyUp(directory);
      throw error;
    }
  }

  async function mergeTo(
    adapter: StoredAdapter,
    outputDirectory: string,
    { follow, progress }: ProofHooks,
  ): Promise<Exported> {
    const model = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
    const folders = { modelDirectory: model.directory, adapterDirectory: adapter.directory, outputDirectory };
    await follow(engine.start('merge', { ...folders, dtype: 'base' }, progress));
    return { howTo: null, proof: null };
  }

  return {
    'adapters.export': start,
    'adapters.exportPlan': async (input) => plan(input),
  };
}
