/** What an adapter folder is, and whether it fits a model. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { openModelFolder } from '../architectures/model-folder.ts';
import { ModelError } from '../errors.ts';
import type { AdapterSummary, InspectAdapterJob } from '../jobs.ts';
import { type Adapter, adapterFile, readAdapter } from './format.ts';
import { openAdapter } from './open.ts';

/**
 * Reads an adapter and says whether it fits a model. Raises `adapter-unreadable`, `adapter-damaged` and `weights-*` for a
 * folder that holds no usable adapter, and what opening the model raises; that the two do not fit is a finding.
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
