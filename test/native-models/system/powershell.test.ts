import { expect, test } from 'vitest';
import { outputOf, powershellOptions, powershellPath } from '../../../native-models/system/powershell.ts';

test('PowerShell is asked by its full path, and for UTF-8', () => {
  expect(powershellPath('D:\\Windows')).toBe('D:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe');
  expect(powershellOptions('Get-Date').at(-1)).toBe('[Console]::OutputEncoding = [Text.Encoding]::UTF8; Get-Date');
});

test('a program that is not there says nothing', async () => {
  expect(await outputOf('/nowhere/powershell.exe', [])).toBe('');
  expect(await outputOf(process.execPath, ['-p', '"工場"'])).toBe('工場\n');
});
