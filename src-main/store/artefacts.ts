/** Large files beside the database, named by the SHA-256 of their bytes. The database row that names one is the commit point. */

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { moveNow, removeNow, tidyUpNow } from '../../native-models/disk/patient.ts';
import { isSystemFile } from '../../native-models/disk/system-files.ts';
import { clearAbandonedIn } from '../../native-models/disk/unfinished.ts';
import { OfficeError } from '../contract/errors.ts';
import { toItsEnd } from '../domain/to-its-end.ts';
import {
  type DiskWriter,
  readWhole,
  sha256,
  sha256OfFile,
  syncFolder,
  writeDurably,
  writingDurably,
} from './durable.ts';
import { makeFolder } from './make-folder.ts';
import { storageError } from './storage-errors.ts';

export interface Artefacts {
  /** Writes JSON Lines and gives their path; the same lines are written once. @throws OfficeError disk-full */
  putJsonLines(values: readonly object[]): PutLines;
  /** The same of very many, with stops at which other work may go on. @throws OfficeError disk-full, in the generator */
  puttingJsonLines(values: Iterable<object>): Generator<void, PutLines>;
  /** What was put, in order; the caller names the shape it wrote. @throws OfficeError questions-damaged */
  jsonLines<Value extends object>(hash: string): readonly Value[];
  /** Moves a finished adapter folder in and gives its content-addressed folder name. */
  adoptAdapter(directory: string): string;
  adapterDirectory(folder: string): string;
  /** Copies an adapter's files from elsewhere to a place of their own, not yet adopted. @throws OfficeError disk-full */
  stageAdapter(source: string, id: string): string;
  removeStaged(directory: string): void;
  /** What a host that was killed left staged. */
  clearStaged(): void;
  /**
   * What processes that were killed before this host opened the folder left half written in it. Blocks of models, which commands
   * make without opening the folder, are cleared by whoever makes some next to them.
   */
  clearUnfinished(): Promise<void>;
  /** Evidence lies next to the folder, because the folder's name is the hash of all that is in it. */
  putEvidence(folder: string, evidence: object): void;
  removeAdapter(folder: string): void;
  /** @throws OfficeError adapter-damaged */
  verifyAdapter(folder: string, weightsSha256: string): void;
  /** Where a run keeps its checkpoints until its adapter is adopted. */
  runDirectory(runId: string): string;
  removeRun(runId: string): void;
  /** Ids of all runs of which something is kept. */
  keptRuns(): readonly string[];
}

export interface PutLines {
  readonly path: string;
  readonly sha256: string;
}

/** Milliseconds by which a disk may date a file too early: FAT rounds down to two seconds, a share has a clock of its own. */
const coarsestClock = 5_000;

/** Characters of lines that are written at once. */
const partCharacters = 100_000;

/** PEFT's name for the adapter's weights. */
const weightsFile = 'adapter_model.safetensors';
/** What makes an adapter; the last one, the provenance, may be missing. Other files of a folder stay where they are. */
const adapterFiles = ['adapter_config.json', weightsFile, 'usumaku.json'] as const;

export function createArtefacts(dataDirectory: string, writer?: DiskWriter): Artefacts {
  const linesPath = (hash: string) => join(dataDirectory, 'datasets', hash.slice(0, 2), `${hash}.jsonl`);
  const adapterDirectory = (folder: string) => join(dataDirectory, 'adapters', folder);
  const evidencePath = (folder: string) => `${adapterDirectory(folder)}.evidence.json`;
  const stagedDirectory = join(dataDirectory, 'imports');
  const runsDirectory = join(dataDirectory, 'runs');
  const runDirectory = (runId: string) => join(runsDirectory, runId);
  const openedAt = Date.now();
  function* puttingJsonLines(values: Iterable<object>): Generator<void, PutLines> {
    const hash = createHash('sha256');
    const parts: Buffer[] = [];
    let text = '';
    const cut = () => {
      const bytes = Buffer.from(text, 'utf8');
      hash.update(bytes);
      parts.push(bytes);
      text = '';
    };
    for (const value of values) {
      text += `${JSON.stringify(value)}\n`;
      if (text.length < partCharacters) continue;
      cut();
      yield;
    }
    cut();
    const found = hash.digest('hex');
    const path = linesPath(found);
    if (!existsSync(path) || sha256OfFile(path) !== found) yield* writingDurably(path, parts, writer);
    return { path, sha256: found };
  }

  return {
    putJsonLines: (values) => toItsEnd(puttingJsonLines(values)),
    puttingJsonLines,
    jsonLines<Value extends object>(hash: string) {
      const path = linesPath(hash);
      if (!existsSync(path) || sha256OfFile(path) !== hash) throw new OfficeError('questions-damaged', { path });
      const lines = readWhole(path).toString('utf8').split('\n');
      return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Value);
    },
    adoptAdapter(directory) {
      const folder = folderHash(directory);
      const target = adapterDirectory(folder);
      try {
        if (existsSync(target) && folderHash(target) === folder) tidyUpNow(directory);
        else {
          removeNow(target);
          makeFolder(join(dataDirectory, 'adapters'));
          moveNow(directory, target);
        }
        syncFolder(join(dataDirectory, 'adapters'));
      } catch (error) {
        throw storageError(error, target) ?? error;
      }
      return folder;
    },
    adapterDirectory,
    stageAdapter(source, id) {
      const target = join(stagedDirectory, id);
      for (const name of adapterFiles)
        if (existsSync(join(source, name))) writeDurably(join(target, name), readWhole(join(source, name)), writer);
      return target;
    },
    removeStaged: (directory) => void tidyUpNow(directory),
    clearStaged: () => void tidyUpNow(stagedDirectory),
    async clearUnfinished() {
      const inside = ['runs', 'datasets'].flatMap((name) => foldersIn(join(dataDirectory, name)));
      for (const folder of [dataDirectory, join(dataDirectory, 'adapters'), runsDirectory, ...inside])
        await clearAbandonedIn(folder, openedAt - coarsestClock);
    },
    putEvidence: (folder, evidence) =>
      writeDurably(evidencePath(folder), Buffer.from(`${JSON.stringify(evidence, null, 2)}\n`), writer),
    removeAdapter(folder) {
      tidyUpNow(evidencePath(folder));
      tidyUpNow(adapterDirectory(folder));
    },
    verifyAdapter(folder, weightsSha256) {
      const path = join(adapterDirectory(folder), weightsFile);
      const intact =
        existsSync(path) && sha256OfFile(path) === weightsSha256 && folderHash(adapterDirectory(folder)) === folder;
      if (!intact) throw new OfficeError('adapter-damaged', { path });
    },
    runDirectory,
    removeRun: (runId) => void tidyUpNow(runDirectory(runId)),
    keptRuns: () => foldersIn(runsDirectory).map((path) => basename(path)),
  };
}

/** Paths of the folders in a folder; none where it is not there. */
function foldersIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
}

/** SHA-256 over the names and bytes of a folder's files; who looks into the folder with Finder damages nothing. */
function folderHash(directory: string): string {
  const names = readdirSync(directory)
    .filter((name) => !isSystemFile(name) && statSync(join(directory, name)).isFile())
    .sort();
  return sha256(names.map((name) => `${name}\0${sha256OfFile(join(directory, name))}\n`).join(''));
}
