/**
 * `npm run conformance -- FOLDER…`: compares what tokenizers and chat templates give with recorded values, and ends with
 * status 1 where something differs. `--record` writes the values of this library into each folder instead, for later
 * versions of it; values of transformers in the same form (`conformance.json`) tell whether they are right.
 */

import { parseArgs } from 'node:util';
import { join, resolve } from 'node:path';
import { writeFileDurably } from '../../native-models/weights/files.ts';
import { computed, differences, readRecording, recordingFile } from './compare.ts';

/** More of one folder helps nobody. */
const shown = 20;

const { values, positionals } = parseArgs({ allowPositionals: true, options: { record: { type: 'boolean' } } });
if (positionals.length === 0) {
  console.error('Name at least one folder with tokenizer.json: npm run conformance -- [--record] FOLDER…');
  process.exitCode = 2;
}
for (const folder of positionals.map((each) => resolve(each))) {
  try {
    await (values.record ? record(folder) : compare(folder));
  } catch (error) {
    console.error(`${folder}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}

async function record(folder: string): Promise<void> {
  const recording = await computed(folder);
  await writeFileDurably(join(folder, recordingFile), `${JSON.stringify(recording, null, 1)}\n`);
  console.log(`${folder}: ${recording.texts.length} texts and ${recording.chats.length} chats recorded`);
}

async function compare(folder: string): Promise<void> {
  const recording = await readRecording(folder);
  if (recording === null) throw new Error(`there are no recorded values (${recordingFile})`);
  const said = await differences(folder, recording);
  const { source, texts, chats } = recording;
  console.log(`${folder}: ${texts.length} texts and ${chats.length} chats of ${source}, ${said.length} differences`);
  for (const line of said.slice(0, shown)) console.log(`  ${line}`);
  if (said.length > shown) console.log(`  and ${said.length - shown} more`);
  if (said.length > 0) process.exitCode = 1;
}
