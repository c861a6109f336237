/** What an adapter folder is, and whether it fits a model. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openModelFolder } from '../models/model-folder.ts';
import { ModelError } from '../errors.ts';
import { settingInvalid } from '../setting-invalid.ts';
import type { AdapterSummary, TrainSettings } from '../jobs.ts';
import { loraConfig } from '../peft/config.ts';
import { type Adapter, adapterFile, readAdapter } from '../peft/format.ts';
import { openAdapter } from '../peft/open.ts';
import { selectTargets } from '../peft/target-modules.ts';

export interface InspectAdapterJob {
  /** The model it is wanted for. */
  readonly modelDirectory: string;
  readonly adapterDirectory: string;
  /** What a training that goes on from it was asked for; left out: whatever the adapter has. */
  readonly wanted?: Partial<AdapterSettings> | undefined;
}

/** Settings that an adapter decides once it exists. */
export type AdapterSettings = Pick<TrainSettings, 'method' | 'rank' | 'alpha' | 'targetModules'>;

/**
 * Reads an adapter and says whether it fits a model. Raises `adapter-unreadable`, `adapter-damaged` and `weights-*` for a
 * folder that holds no usable adapter, `setting-invalid` for a wanted setting that is not the adapter's, and what opening
 * the model raises; that the two do not fit is a finding.
 */
export async function inspectAdapter(job: InspectAdapterJob): Promise<AdapterSummary> {
  const model = await openModelFolder(job.modelDirectory);
  const adapter = await readAdapter(job.adapterDirectory);
  const misfit = await openAdapter(model, job.adapterDirectory).then(
    () => null,
    (error: unknown) => {
      if (error instanceof ModelError && error.code === 'adapter-wrong-base') return error;
      throw error;
    },
  );
  if (job.wanted && !misfit) {
    const modules = model.decoder.linearModules.map(({ name }) => name);
    requireSettings(adapter, modules, job.wanted);
  }
  const { provenance } = adapter;
  return {
    directory: job.adapterDirectory,
    ...shapeOf(adapter),
    bytes: (await stat(join(job.adapterDirectory, adapterFile))).size,
    sha256: adapter.sha256,
    baseName: adapter.config.base_model_name_or_path,
    provenance: provenance && {
      baseName: provenance.baseName,
      baseFingerprint: provenance.baseFingerprint,
      engineVersion: provenance.engineVersion,
    },
    misfit: misfit && { code: misfit.code, values: misfit.values },
  };
}

function shapeOf({
  config,
  modules,
}: Adapter): Pick<AdapterSummary, 'method' | 'ranks' | 'alpha' | 'targetModules' | 'tensors' | 'parameters'> {
  const all = [...modules.values()];
  const matrices = all.flatMap(({ A, B, magnitude }) => [A, B, ...(magnitude === null ? [] : [magnitude])]);
  const plain = config.use_rslora ? 'rslora' : 'lora';
  return {
    method: config.use_dora ? 'dora' : plain,
    ranks: [...new Set(all.map(({ rank }) => rank))].sort((a, b) => a - b),
    alpha: config.lora_alpha,
    targetModules: [...new Set([...modules.keys()].map((name) => name.slice(name.lastIndexOf('.') + 1)))],
    tensors: matrices.length,
    parameters: matrices.reduce((sum, { length }) => sum + length, 0),
  };
}

/** A training that goes on from an adapter cannot give it another shape. `modules` are those of the model. */
function requireSettings(adapter: Adapter, modules: readonly string[], wanted: Partial<AdapterSettings>): void {
  const { method, ranks, targetModules } = shapeOf(adapter);
  const alphas = [...new Set([...adapter.modules.values()].map(({ alpha }) => alpha))];
  const check = (setting: string, value: unknown, there: readonly unknown[], fits: boolean): void => {
    if (fits) return;
    throw settingInvalid(setting, String(value), { rule: 'as-adapter', bound: there.join(', ') });
  };
  const only = (there: readonly unknown[], value: unknown): boolean =>
    value === undefined || there.every((each) => each === value);
  check('method', wanted.method, [method], only([method], wanted.method));
  check('rank', wanted.rank, ranks, only(ranks, wanted.rank));
  check('alpha', wanted.alpha, alphas, only(alphas, wanted.alpha));
  if (wanted.targetModules === undefined) return;
  const selected = selectTargets(loraConfig({ target_modules: wanted.targetModules }), modules);
  const same = selected.length === adapter.modules.size && selected.every((name) => adapter.modules.has(name));
  check('target_modules', wanted.targetModules, targetModules, same);
}
