import { expect, test } from 'vitest';
import { commandLine } from '../programs.ts';

test('what a Windows shell would split stands in quotes', () => {
  expect(commandLine(['npm', 'run', '--silent', 'check:types'])).toBe('npm run --silent check:types');
  expect(commandLine(['vitest', '--outputFile.json=C:\\Users\\田中 太郎\\a.json'])).toBe(
    'vitest "--outputFile.json=C:\\Users\\田中 太郎\\a.json"',
  );
});
