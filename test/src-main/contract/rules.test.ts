/** The rules that office and window share. */

import { describe, expect, test } from 'vitest';
import { cardOfRun } from '../../../src-main/contract/rules/devices.ts';
import { newestCompleted, passedNewest } from '../../../src-main/contract/rules/proofs.ts';
import { canPause, canResume, isActive } from '../../../src-main/contract/rules/runs.ts';

const evaluation = (
  adapterId: string,
  day: number,
  passed: boolean | null,
  state: 'completed' | 'running' = 'completed',
) => ({ adapterId, precision: 'f32', state, passed, createdAt: `2026-01-0${day}` }) as const;

describe('what may be applied', () => {
  test('the newest look at an adapter counts, whatever an older one said', () => {
    const [older, newer] = [evaluation('a', 1, true), evaluation('a', 2, false)];
    const other = evaluation('b', 3, true);
    expect(newestCompleted([older, newer])).toBe(newer);
    expect(newestCompleted([evaluation('a', 1, null, 'running')])).toBeUndefined();
    expect(passedNewest([older, newer, other])).toEqual([other]);
    expect(passedNewest([older, evaluation('a', 4, null, 'running'), other])).toEqual([other, older]);
  });
});

test('a run names the card that computed it, and none once it went on elsewhere', () => {
  const deviceReason = { code: 'asked', values: { device: 'dml:1', card: 'NVIDIA RTX 4070' } } as const;
  expect(cardOfRun({ device: 'dml:1', deviceReason })).toBe('NVIDIA RTX 4070');
  expect(cardOfRun({ device: 'cpu', deviceReason })).toBe(null);
  expect(cardOfRun({ device: 'dml:1', deviceReason: { code: 'asked', values: { device: 'dml:1', card: null } } })).toBe(
    null,
  );
  expect(cardOfRun({ device: 'dml:1', deviceReason: null })).toBe(null);
});

test('what may be done with a run', () => {
  const may = (state: 'running' | 'paused' | 'cancelled' | 'completed', checkpointStep = 0) => {
    const run = { state, checkpointStep };
    return [isActive(run), canPause(run), canResume(run)];
  };
  expect(may('running')).toEqual([true, true, false]);
  expect(may('paused')).toEqual([true, false, true]);
  expect(may('cancelled')).toEqual([false, false, false]);
  expect(may('cancelled', 5)).toEqual([false, false, true]);
  expect(may('completed', 5)).toEqual([false, false, false]);
});
