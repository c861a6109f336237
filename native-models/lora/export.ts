/** An adapter as a folder to take away: PEFT's files, read back, and instructions for other programs beside them. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ModelError } from '../errors.ts';
import type { ExportAdapterJob, ExportAdapterResult } from '../jobs.ts';
import { requireEmpty, writeFileDurably } from '../weights/files.ts';
import { configFile } from './config.ts';
import { type Adapter, adapterFile, readAdapter } from './format.ts';
import { adapterHowTo } from './how-to.ts';
import { provenanceFile } from './provenance.ts';

/**
 * Copies an adapter and writes `HOW-TO.md` and `HOW-TO.ja.md`. Raises what `readAdapter` raises, `adapter-damaged` where
 * the copy reads back differently, and `disk-full` or `file-unwritable`.
 */
export async function exportAdapter(job: ExportAdapterJob): Promise<ExportAdapterResult> {
  const { adapterDirectory, outputDirectory } = job;
  const adapter = await readAdapter(adapterDirectory);
  if (job.replace !== true) await requireEmpty(outputDirectory);
  const files = [adapterFile, configFile, ...(adapter.provenance === null ? [] : [provenanceFile])];
  for (const file of files) {
    await writeFileDurably(join(outputDirectory, file), createReadStream(join(adapterDirectory, file)));
  }
  const copied = await readAdapter(outputDirectory);
  const path = join(outputDirectory, adapterFile);
  if (copied.sha256 !== adapter.sha256) throw new ModelError('adapter-damaged', { path });
  const names = { adapter: basename(outputDirectory), base: baseNameOf(adapter) };
  const howTo = { en: adapterHowTo(adapter.config, names, 'en'), ja: adapterHowTo(adapter.config, names, 'ja') };
  await writeFileDurably(join(outputDirectory, 'HOW-TO.md'), howTo.en);
  await writeFileDurably(join(outputDirectory, 'HOW-TO.ja.md'), howTo.ja);
  return { directory: outputDirectory, sha256: copied.sha256, bytes: (await stat(path)).size, howTo };
}

/** The base's folder name; adapters from elsewhere name it by a path or as `owner/name`. */
function baseNameOf({ provenance, config }: Adapter): string {
  const name = provenance?.baseName ?? config.base_model_name_or_path ?? '';
  return name.split(/[/\\]/).findLast((part) => part !== '') ?? 'base-model';
}
