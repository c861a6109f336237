/** An adapter as trained parameters: stacked, initialised as PEFT does, and taken apart again for its file. */

import { createParameter, type Parameter } from '../train/adamw.ts';
import { Random } from '../random.ts';
import type { AdapterMatrices } from './format.ts';
import { type ModuleGroup, stackNames } from './stack.ts';

/**
 * A from U(−1/√in, 1/√in) (Kaiming with a = √5, PEFT's default), B zero, so that training starts at the base itself.
 * @returns for each group its A (modules, rank, in) and B (modules, out, rank)
 */
export function createAdapterParameters(groups: readonly ModuleGroup[], rank: number, seed: number): Parameter[] {
  return groups.flatMap((group) => {
    const { modules, inputSize, outputSize } = group;
    const names = stackNames(group);
    const random = new Random(seed, 'adapter', group.type);
    const bound = 1 / Math.sqrt(inputSize);
    const A = Float32Array.from(
      { length: modules.length * rank * inputSize },
      () => (random.fraction() * 2 - 1) * bound,
    );
    return [
      createParameter(names.A, [modules.length, rank, inputSize], A),
      createParameter(
        names.B,
        [modules.length, outputSize, rank],
        new Float32Array(modules.length * outputSize * rank),
      ),
    ];
  });
}

/** The matrices of each module, as views into the stacked parameters. */
export function adapterModules(
  groups: readonly ModuleGroup[],
  rank: number,
  parameters: readonly Parameter[],
): ReadonlyMap<string, AdapterMatrices> {
  const values = new Map(parameters.map((parameter) => [parameter.name, parameter.values]));
  return new Map(
    groups.flatMap((group) => {
      const { modules, inputSize, outputSize } = group;
      const names = stackNames(group);
      const part = (name: string, index: number, size: number): Float32Array =>
        values.get(name)!.subarray(index * size, (index + 1) * size);
      return modules.map(({ name }, index): [string, AdapterMatrices] => [
        name,
        {
          A: part(names.A, index, rank * inputSize),
          B: part(names.B, index, outputSize * rank),
          rank,
          inputSize,
          outputSize,
          magnitude: null,
        },
      ]);
    }),
  );
}
