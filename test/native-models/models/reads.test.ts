/** What is read of a folder when a model is opened or looked at: each file once, the weights' own too, however many ask. */

import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { examineFolder } from '../../../native-models/models/check.ts';
import { goldenPath } from '../goldens.ts';

const { open } = files;
const opened: string[] = [];
beforeEach(() => {
  opened.length = 0;
  files.open = (path, ...rest) => {
    opened.push(basename(String(path)));
    return open(path, ...rest);
  };
  syncBuiltinESMExports();
});
afterEach(() => {
  files.open = open;
  syncBuiltinESMExports();
});

const ways = Object.entries({ 'opened to answer': openChatModel, 'looked at': examineFolder });

test.each(ways.flatMap(([way, use]) => ['llama', 'qwen3', 'gemma2'].map((name) => [name, way, use] as const)))(
  '%s, %s',
  async (name, _, use) => {
    await use(goldenPath(name));
    expect(opened).toEqual(expect.arrayContaining(['config.json', 'tokenizer.json']));
    expect(opened.filter((file) => file.endsWith('.safetensors'))).not.toEqual([]);
    expect(opened.toSorted()).toEqual([...new Set(opened)].toSorted());
  },
);
