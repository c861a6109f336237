/**
 * `npm run conformance -- FOLDER…`: compares what tokenizers and chat templates give with recorded values, and ends with
 * status 1 where something differs, with 2 where it was called wrongly. `--record` writes the values of this library into
 * each folder instead, for later versions of it; values of transformers in the same form (`conformance.json`) tell whether
 * they are right. Each folder has a process of its own: a tokenizer that ends it costs the others nothing.
 */

import { fork } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeFileDurably } from '../../native-models/weights/files.ts';
import { computed, differences, readRecording, recordingFile } from './compare.ts';

/** More of one folder helps nobody. */
const shown = 20;
const usage = 'Name at least one folder with tokenizer.json: npm run conformance -- [--record] FOLDER…';

const asked = argumentsOf(process.argv.slice(2));
if (asked === null || asked.folders.length === 0 || asked.folders.some((each) => each.trim() === '')) {
  console.error(usage);
  process.exitCode = 2;
} else if (asked.alone) {
  const [folder = ''] = asked.folders;
  try {
    await (asked.record ? record(folder) : compare(folder));
  } catch (error) {
    console.error(`${folder}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
} else for (const folder of asked.folders) await inOwnProcess(resolve(folder), asked.record);

function argumentsOf(options: readonly string[]) {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const { values, positionals } = parseArgs({
      args: [...options],
      allowPositionals: true,
      options: { record: flag, alone: flag },
    });
    return { ...values, folders: positionals };
  } catch (error) {
    console.error((error as Error).message.split('. ')[0]);
    return null;
  }
}

async function inOwnProcess(folder: string, recordsIt: boolean): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['--alone', ...(recordsIt ? ['--record'] : []), '--', folder]);
  const [code, signal] = await new Promise<[number | null, string | null]>((ended) =>
    child.on('exit', (...how) => ended(how)),
  );
  if (signal !== null) console.error(`${folder}: reading it ended the process (${signal})`);
  if (code !== 0) process.exitCode = 1;
}

async function record(folder: string): Promise<void> {
  requireFolder(folder);
  const recording = await computed(folder);
  await writeFileDurably(join(folder, recordingFile), `${JSON.stringify(recording, null, 1)}\n`);
  console.log(`${folder}: ${recording.texts.length} texts and ${recording.chats.length} chats recorded`);
}

async function compare(folder: string): Promise<void> {
  requireFolder(folder);
  const recording = await readRecording(folder);
  if (recording === null) throw new Error(`there are no recorded values (${recordingFile})`);
  const said = await differences(folder, recording);
  const { source, texts, chats } = recording;
  console.log(`${folder}: ${texts.length} texts and ${chats.length} chats of ${source}, ${said.length} differences`);
  for (const line of said.slice(0, shown)) console.log(`  ${line}`);
  if (said.length > shown) console.log(`  and ${said.length - shown} more`);
  if (said.length > 0) process.exitCode = 1;
}

function requireFolder(folder: string): void {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw new Error('there is no such folder');
}
