/** What chat templates may use stands in the README as the program has it. To write it anew: UPDATE_README=1. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allowed } from '../../../native-models/text/python-interpreter.ts';

const readme = join(import.meta.dirname, '../../../README.md');
const [begin, end] = ['<!-- templates: begin -->', '<!-- templates: end -->'];

test('the limits of the README are those of chat templates', () => {
  const names = (list: readonly string[]) => list.map((name) => `\`${name}\``).join(', ');
  const generated = `- A chat template may use the filters ${names(allowed.filters)}, the tests ${names(allowed.tests)} and the methods ${names([...allowed.methods, 'strip', 'lstrip', 'rstrip'])}; another one is refused by its name, as are \`break\` and \`continue\`, printed lists and dictionaries, and lists compared by \`==\`.`;
  const text = readFileSync(readme, 'utf8');
  const [before, rest = ''] = text.split(`${begin}\n`);
  const [found, after] = rest.split(`\n${end}`);
  if (process.env['UPDATE_README']) writeFileSync(readme, `${before}${begin}\n\n${generated}\n\n${end}${after}`);
  else expect(found?.trim()).toBe(generated);
});
