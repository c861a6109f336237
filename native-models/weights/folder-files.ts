/** The texts of one folder, each read once however many look into it, as when a model is opened. */

import { join } from 'node:path';
import { readJsonObject } from './json.ts';
import { readText } from './text-file.ts';

/** No template or list of merges is longer. */
const mostMegabytes = 64;
/** Of the JSON files these alone are long. */
const vocabularies = ['tokenizer.json', 'vocab.json'];
const mostVocabulary = 256;

export interface FolderFiles {
  readonly directory: string;
  /** As `readJsonObject`. */
  json(name: string): Promise<Readonly<Record<string, unknown>> | null>;
  /** As `readText`. */
  text(name: string): Promise<string | null>;
}

/** Keep it no longer than it takes to open a folder: a tokenizer's file may be large, and files change. */
export function folderFiles(directory: string): FolderFiles {
  const read = new Map<string, Promise<unknown>>();
  const once = <Result>(name: string, reader: (path: string) => Promise<Result>): Promise<Result> => {
    const earlier = read.get(name);
    if (earlier) return earlier as Promise<Result>;
    const reading = reader(join(directory, name));
    read.set(name, reading);
    return reading;
  };
  return {
    directory,
    json: (name) =>
      once(name, (path) => readJsonObject(path, vocabularies.includes(name) ? mostVocabulary : undefined)),
    text: (name) => once(name, (path) => readText(path, mostMegabytes)),
  };
}
