/**
 * Lineage and resume rest on `engineVersion`: the same version, data, settings and seed must train the same bytes. A tiny
 * training is held to what it gave when the version was made.
 *
 * Losses are held everywhere. Bytes differ between instruction sets and numbers of threads, so they are held on those
 * that somebody kept them for. After a change that is meant: raise `engineVersion` in native-models/version.ts, then
 * `KEEP_ENGINE_BYTES=1 npx vitest run test/native-models/train/engine-version.test.ts`, once on each kind of machine.
 */

import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { engineVersion } from '../../../native-models/version.ts';
import { collect, plantJob } from './plant-job.ts';

interface Kept {
  readonly engineVersion: string;
  readonly losses: readonly number[];
  /** SHA-256 of adapter_model.safetensors, by kind of machine. */
  readonly sha256: Readonly<Record<string, string>>;
}

const keptFile = fileURLToPath(new URL('engine-version.json', import.meta.url));
/** How far instruction sets may lead a loss apart over a dozen steps. */
const tolerance = 1e-4;

/** What decides in which order numbers are added. */
function machine(): string {
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  const widest = ['avx512_bf16', 'avx512f', 'avx2'].find((flag) => flags.includes(` ${flag} `)) ?? 'unknown';
  return `${process.platform} ${process.arch} ${widest}, ${availableParallelism()} threads`;
}

test('the same version trains the same bytes', async () => {
  const plant = await plantJob();
  onTestFinished(() => plant.dispose());
  const job = plant.job('kept', { settings: { epochs: 2, reworded: true } });
  const { result, error, steps } = await collect(job);
  expect(error).toBeUndefined();
  const losses = steps.map(({ loss }) => loss);
  const weights = readFileSync(join(result!.adapterDirectory, 'adapter_model.safetensors'));
  const sha256 = createHash('sha256').update(weights).digest('hex');
  const kept = JSON.parse(readFileSync(keptFile, 'utf8')) as Kept;
  const isNew = kept.engineVersion !== engineVersion;
  const known = isNew ? undefined : kept.sha256[machine()];

  if (process.env.KEEP_ENGINE_BYTES && (isNew || known === undefined)) {
    const former = isNew ? {} : kept.sha256;
    const next: Kept = {
      engineVersion,
      losses: isNew ? losses : kept.losses,
      sha256: { ...former, [machine()]: sha256 },
    };
    writeFileSync(keptFile, `${JSON.stringify(next, null, 2)}\n`);
    return;
  }
  expect(kept.engineVersion, 'A new version: keep what it trains (see the head of this file).').toBe(engineVersion);
  expect(losses).toHaveLength(kept.losses.length);
  const worst = Math.max(...losses.map((loss, step) => Math.abs(loss / kept.losses[step]! - 1)));
  expect(worst, `Training goes another way than version ${engineVersion} did: raise the version.`).toBeLessThan(
    tolerance,
  );
  if (known !== undefined)
    expect(sha256, `Training gives other bytes than version ${engineVersion} did: raise the version.`).toBe(known);
});
