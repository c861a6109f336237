/** An adapter as a folder to take away: PEFT's files, read back, and instructions for other programs beside them. */

import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { openModelFolder } from '../models/model-folder.ts';
import { configFile } from '../peft/config.ts';
import { type Adapter, adapterFile, readAdapter } from '../peft/format.ts';
import { openAdapter } from '../peft/open.ts';
import { provenanceFile } from '../peft/provenance.ts';
import { requireSameAdapter } from '../peft/same.ts';
import { requireEmpty, writeFileDurably, writeFolderDurably } from '../weights/files.ts';
import { adapterHowTo } from './how-to.ts';

export interface ExportAdapterJob {
  readonly adapterDirectory: string;
  /** The model that it must fit; left out: only what can be told of the adapter alone is checked. */
  readonly modelDirectory?: string | undefined;
  /** A new or empty folder; its name becomes the adapter's name in the instructions. */
  readonly outputDirectory: string;
  /** Text of an `evidence.json` beside the files; left out: none. */
  readonly evidence?: string | undefined;
  /** Files of the same names may be replaced; left out: a folder with files is refused. */
  readonly replace?: boolean | undefined;
}

export interface ExportAdapterResult {
  readonly directory: string;
  /** SHA-256 of adapter_model.safetensors, read back from where it was written. */
  readonly sha256: string;
  readonly bytes: number;
  /** The instructions beside the files, Markdown. */
  readonly howTo: { readonly en: string; readonly ja: string };
}

/**
 * Copies an adapter and writes `HOW-TO.md` and `HOW-TO.ja.md`. A new folder appears whole or not at all. Raises what
 * `readAdapter` raises, or `openAdapter` where a model is named, `adapter-differs` where the copy reads back differently, and `disk-full` or `file-unwritable`.
 */
export async function exportAdapter(job: ExportAdapterJob): Promise<ExportAdapterResult> {
  const { adapterDirectory, outputDirectory } = job;
  if (job.modelDirectory !== undefined) await openAdapter(await openModelFolder(job.modelDirectory), adapterDirectory);
  const adapter = await readAdapter(adapterDirectory);
  const names = { adapter: basename(outputDirectory), base: baseNameOf(adapter) };
  const howTo = { en: adapterHowTo(adapter.config, names, 'en'), ja: adapterHowTo(adapter.config, names, 'ja') };
  const texts = {
    'HOW-TO.md': howTo.en,
    'HOW-TO.ja.md': howTo.ja,
    ...(job.evidence && { 'evidence.json': job.evidence }),
  };
  if (job.replace === true) await fill(outputDirectory, adapter, texts);
  else {
    await requireEmpty(outputDirectory);
    await writeFolderDurably(outputDirectory, (folder) => fill(folder, adapter, texts));
  }
  const { size } = await stat(join(outputDirectory, adapterFile));
  return { directory: outputDirectory, sha256: adapter.sha256, bytes: size, howTo };
}

async function fill(folder: string, adapter: Adapter, texts: Readonly<Record<string, string>>): Promise<void> {
  const files = [adapterFile, configFile, ...(adapter.provenance === null ? [] : [provenanceFile])];
  for (const file of files) {
    await writeFileDurably(join(folder, file), createReadStream(join(adapter.directory, file)));
  }
  for (const [file, text] of Object.entries(texts)) await writeFileDurably(join(folder, file), text);
  await requireSameAdapter(folder, adapter);
}

/** The base's folder name; adapters from elsewhere name it by a path or as `owner/name`. */
function baseNameOf({ provenance, config }: Adapter): string {
  const name = provenance?.baseName ?? config.base_model_name_or_path ?? '';
  return name.split(/[/\\]/).findLast((part) => part !== '') ?? 'base-model';
}
