/** Adapters from elsewhere: looked at first, then copied in, proven on their base, and recorded in one transaction. */

import { join } from 'node:path';
import type { adapterImportRequests } from '../contract/areas/adapters.ts';
import type { AdapterInspection, AdapterProof, AdapterTask, BaseModel } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, ValidInput } from '../contract/requests.ts';
import { requireSound } from '../domain/proof.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import type { AdapterTasks, TaskResult } from './adapter-tasks.ts';
import { type Context, requireFound } from './context.ts';
import { typedPath } from './folder-listing.ts';
import type { Lanes } from './lanes.ts';
import type { ProofHooks, Proofs } from './proofs.ts';

export function createAdapterImport(
  context: Context,
  { lanes, tasks, proofs }: { lanes: Lanes; tasks: AdapterTasks; proofs: Proofs },
): HandlersOf<typeof adapterImportRequests> {
  const { store, engine } = context;

  async function inspect(directory: string, modelId: string): Promise<AdapterInspection> {
    const model = requireFound(store.models.get(modelId), 'model', modelId);
    const job = { modelDirectory: model.directory, adapterDirectory: typedPath(directory) };
    const adapter = await engine.call('inspectAdapter', job);
    const verified = adapter.provenance === null ? 'unverified' : 'verified';
    const known = store.adapters.list().find(({ sha256, modelId: id }) => sha256 === adapter.sha256 && id === modelId);
    return {
      adapter,
      base: adapter.misfit === null ? verified : 'other',
      belongsTo: adapter.provenance && baseNamed(adapter.provenance.baseFingerprint),
      knownAs: known?.name ?? null,
    };
  }

  /** Adapters of former versions name the weights alone. */
  const baseNamed = (fingerprint: string): string | null =>
    (store.models.findByFingerprint(fingerprint) ?? store.models.withWeights(fingerprint)[0])?.id ?? null;

  async function start(input: ValidInput<'adapters.import'>): Promise<AdapterTask> {
    lanes.adapters.requireIdle();
    const model = requireFound(store.models.get(input.modelId), 'model', input.modelId);
    const inspection = await inspect(input.directory, input.modelId);
    const { misfit } = inspection.adapter;
    if (misfit) throw new OfficeError('adapter-wrong-base', misfit.values);
    if (inspection.knownAs !== null) throw new OfficeError('adapter-known', { name: inspection.knownAs });
    if (inspection.base === 'unverified' && !input.acceptBase)
      throw new OfficeError('adapter-base-unverified', { base: model.name });
    return tasks.start('import', input.name, (hooks) => take(inspection, model, input.name, hooks));
  }

  /** The copy is what is proven, and it must equal its source; whatever fails leaves nothing behind. */
  async function take(
    { adapter: summary, base }: AdapterInspection,
    model: BaseModel,
    name: string,
    hooks: ProofHooks,
  ): Promise<TaskResult> {
    const staged = store.artefacts.stageAdapter(summary.directory, context.ids());
    try {
      const examples = proofs.examplesFor(null);
      const target = { model, directory: staged, sourceDirectory: summary.directory, examples };
      const evidence = await proofs.measure(target, hooks);
      // Somebody may have written to the source between the two looks at it.
      if (evidence.adapterSha256 !== summary.sha256)
        throw new OfficeError('adapter-damaged', { path: join(summary.directory, 'adapter_model.safetensors') });
      const proof = proofs.describe('import', evidence);
      if (proof.verdict === 'no-effect') requireSound(proof);
      return { adapterId: record(summary, base === 'verified', model, name, staged, proof), proof };
    } finally {
      store.artefacts.removeStaged(staged);
    }
  }

  function record(
    summary: AdapterInspection['adapter'],
    baseVerified: boolean,
    model: BaseModel,
    name: string,
    staged: string,
    proof: AdapterProof,
  ): string {
    const { method, ranks, alpha, targetModules, sha256, bytes, parameters, provenance, directory } = summary;
    const adapter: Omit<StoredAdapter, 'directory' | 'proof'> = {
      id: context.ids(),
      name,
      origin: 'imported',
      runId: null,
      modelId: model.id,
      baseFingerprint: proof.baseFingerprint,
      baseVerified,
      datasetHash: null,
      settings: null,
      configuration: { method, ranks, alpha, targetModules },
      engineVersion: provenance?.engineVersion ?? null,
      sha256,
      bytes,
      parameters,
      baseParameters: model.parameters,
      sourceDirectory: directory,
      createdBy: context.currentOperator(),
      createdAt: context.now(),
      folder: store.artefacts.adoptAdapter(staged),
    };
    const values = { directory, sha256, base: model.name, baseVerified, verdict: proof.verdict };
    context.change(['adapters', 'status'], { kind: 'adapter.imported', subject: name, values }, () => {
      store.adapters.add(adapter);
      proofs.keep(adapter, proof);
    });
    return adapter.id;
  }

  return {
    'adapters.inspect': ({ directory, modelId }) => inspect(directory, modelId),
    'adapters.import': start,
  };
}
