/** What the commands say about a reference model, compared with what PyTorch, transformers and PEFT recorded. */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import { openSafetensors, readTensor } from '../../../../native-models/weights/safetensors.ts';
import { type Golden, largestDifference, recordedLogits } from '../../../native-models/goldens/golden.ts';
import { goldenPath } from '../../../native-models/goldens.ts';
import { usumakuJson } from './usumaku.ts';

/** Prints a difference and holds it to its tolerance. */
export function within(what: string, difference: number, tolerance: number): void {
  console.info(`${what}: ${difference.toExponential(1)} (tolerance ${tolerance.toExponential(0)})`);
  expect(difference, what).toBeLessThan(tolerance);
}

/** Runs of one reference model, with files in `folder`. `extra` goes to every command that computes. */
export function goldenRun(
  golden: Golden,
  folder: string,
  extra: readonly string[] = [],
  environment?: NodeJS.ProcessEnv,
) {
  const { name, directory, reference, sequences } = golden;
  return {
    /** Largest difference of `usumaku logits` from a recorded tensor, relative to its largest value. */
    logits: async (
      tensor: string,
      row: 0 | 1,
      { model = directory, adapter }: { readonly model?: string; readonly adapter?: string } = {},
    ): Promise<number> => {
      // Tests of one model run side by side: each file is written and read by one of them alone.
      const out = join(folder, `${name}-${tensor}-${randomUUID()}.safetensors`);
      const ids = sequences[row]!.ids;
      const options = [...(adapter === undefined ? [] : ['--adapter', adapter]), ...extra];
      await usumakuJson(['logits', model, '--ids', ids.join(','), '--out', out, ...options], environment);
      const logits = (await openSafetensors(out)).tensors.get('logits')!;
      expect(logits.shape).toEqual([1, ids.length, golden.model.decoder.vocabularySize]);
      return largestDifference(await readTensor(logits), await recordedLogits(golden, tensor, row));
    },

    /** The recorded optimizer's steps on the recorded batch, from `lora_init`. */
    train: async (out: string, steps: number): Promise<{ readonly losses: number[]; readonly norms: number[] }> => {
      const { lr, weight_decay: decay, max_grad_norm: clip } = reference.optimizer;
      const events = await usumakuJson(
        [
          ...['train', directory, '--tokens', goldenPath(name, 'reference.safetensors'), '--out', out],
          ...['--init-adapter', goldenPath(name, 'lora_init'), '--steps', `${steps}`, '--lr', `${lr}`],
          ...['--schedule', 'constant', '--warmup', '0', '--weight-decay', `${decay}`, '--clip', `${clip}`],
          ...extra,
        ],
        environment,
      );
      const trained = events.slice(0, -1) as { readonly loss: number; readonly gradNorm: number }[];
      return { losses: trained.map(({ loss }) => loss), norms: trained.map(({ gradNorm }) => gradNorm) };
    },
  };
}

/** Largest |actual / expected − 1|. */
export function largestRelative(actual: readonly number[], expected: readonly number[]): number {
  expect(actual).toHaveLength(expected.length);
  return Math.max(...actual.map((value, index) => Math.abs(value / expected[index]! - 1)));
}
