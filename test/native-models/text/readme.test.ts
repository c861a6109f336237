/** What is refused of texts stands in the README as the program has it. To write it anew: UPDATE_README=1. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import packageFile from '../../../package.json' with { type: 'json' };
import { type ModelErrorCode, modelErrorSentences } from '../../../native-models/errors.ts';
import { allowed } from '../../../native-models/text/python-interpreter.ts';

const readme = join(import.meta.dirname, '../../../README.md');
const names = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(', ');

/** What opening a tokenizer raises. */
const refusals: readonly ModelErrorCode[] = [
  'model-not-a-model',
  'text-undecodable',
  'model-config-unreadable',
  'tokenizer-unreadable',
  'tokenizer-mismatch',
];

const blocks = {
  templates: `- A chat template may use the filters ${names(allowed.filters)}, the tests ${names(allowed.tests)} and the methods ${names([...allowed.methods, 'strip', 'lstrip', 'rstrip'])}; another one is refused by its name, as are \`break\` and \`continue\`, printed lists and dictionaries, and lists compared by \`==\`.`,
  tokenizers: [
    `- A tokenizer is opened by its reference implementation (\`tokenizers\` ${packageFile.dependencies.tokenizers}); what that cannot open, what it ends its process over, and a token that gets no id, or another one than the folder's files give it, are refused with the reason. The sentences:`,
    ...refusals.map((code) => `  - ${modelErrorSentences[code]}`),
  ].join('\n'),
};

test.each(Object.entries(blocks))('the limits of the README are those of %s', (name, generated) => {
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const text = readFileSync(readme, 'utf8');
  const [before, rest = ''] = text.split(`${begin}\n`);
  const [found, after] = rest.split(`\n${end}`);
  if (process.env['UPDATE_README']) writeFileSync(readme, `${before}${begin}\n\n${generated}\n\n${end}${after}`);
  else expect(found?.trim()).toBe(generated);
});
