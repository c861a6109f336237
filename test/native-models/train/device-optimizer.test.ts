/** The optimizer that stays on a device: its graphs on the CPU, and all of it on WebGPU through SwiftShader. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relativeNorm } from '../goldens/golden.ts';
import { noSwiftShader, swiftShader } from '../runtime/swiftshader.ts';
import type { DeviceOptimizerReport } from './device-optimizer-child.ts';
import { plantJob, type PlantJob } from './plant-job.ts';
import { noTurn, regression, ruinTwice, withOptimizer } from './regression.ts';

function expectTakenBack({ finite, weights }: Awaited<ReturnType<typeof ruinTwice>>): void {
  expect(finite).toEqual([true, false, true, true, true, false]);
  // Weights before the first step, then after each.
  expect(weights[2]).toEqual(weights[0]);
  expect(weights[6]).toEqual(weights[4]);
  expect(weights[4]).not.toEqual(weights[2]);
}

describe('as graphs on the CPU', () => {
  test('thirty clipped steps of two micro-batches, decay on weights alone, end where the update in memory ends', async () => {
    const ends = await Promise.all(
      (['device', 'memory'] as const).map(async (kind) => {
        const problem = regression(16);
        const runs = [problem.rows(5), problem.rows(3)];
        const norms: number[] = [];
        await withOptimizer(kind, problem, 'cpu', async (optimizer) => {
          for (let step = 1; step <= 30; step++) {
            norms.push((await optimizer.computeGradients(runs, noTurn)).norm);
            await optimizer.update(step, 0.02);
          }
          await optimizer.readBack();
        });
        return { norms, parameters: problem.parameters };
      }),
    );
    const [graphs, memory] = ends;
    expect(Math.max(...memory!.norms)).toBeGreaterThan(1);
    const differences = memory!.parameters.flatMap((expected, index) =>
      (['values', 'firstMoment', 'secondMoment'] as const).map((part) =>
        relativeNorm(graphs!.parameters[index]![part], expected[part]),
      ),
    );
    console.info(`values and moments differ by ${Math.max(...differences).toExponential(1)}`);
    expect(Math.max(...differences)).toBeLessThan(1e-5);
  });

  test('an update that ruins the values is taken back, also where it was the first', async () => {
    expectTakenBack(await ruinTwice('cpu'));
  });
});

const software = swiftShader();

describe.skipIf(software === undefined)(`on WebGPU ${software === undefined ? noSwiftShader : ''}`.trim(), () => {
  let plant: PlantJob;
  let report: DeviceOptimizerReport;

  beforeAll(async () => {
    plant = await plantJob();
    const job = plant.job('cut', {
      steps: 4,
      validationFile: join(plant.folder, 'rehearsal.jsonl'),
      settings: { checkpointEverySteps: 2 },
    });
    const script = join(import.meta.dirname, 'device-optimizer-child.ts');
    const env = { ...process.env, ...software?.environment };
    const child = spawnSync(process.execPath, [script, JSON.stringify(job)], { env, encoding: 'utf8' });
    expect(child.status, child.stderr.slice(-2000)).toBe(0);
    report = JSON.parse(child.stdout.trim().split('\n').at(-1)!) as DeviceOptimizerReport;
  });
  afterAll(() => plant.dispose());

  test('five clipped steps of two micro-batches agree with what PyTorch and the update in memory give', () => {
    const { losses, norms, parameters } = report.golden;
    const words = Object.entries(report.golden).map(([what, difference]) => `${what} ${difference.toExponential(1)}`);
    console.info(`largest differences: ${words.join(', ')}`);
    expect(Math.max(losses, norms)).toBeLessThan(2e-4);
    expect(parameters).toBeLessThan(1e-4);
  });

  test('an update that ruins the values is taken back bit for bit', () => {
    expectTakenBack(report.ruined);
  });

  test('sixty steps hold no more tensors than one, in no more memory, and leave none', () => {
    const { most, left, megabytes } = report.memory;
    console.info(
      `at most ${most} tensors on the device, ${megabytes.toFixed(1)} MB more after the second thirty steps`,
    );
    // Values, those before, two moments and a gradient of two parameters, and what an update or a sum adds to them.
    expect(most).toBeLessThanOrEqual(2 * (5 + 3));
    expect(left).toBe(0);
    expect(megabytes).toBeLessThan(30);
  });

  test('a run that is cut off goes on from its checkpoint, and its losses are those of the CPU', () => {
    const { cut, resumed, cpu } = report.job;
    expect(cut.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(resumed.map(({ step }) => step)).toEqual([3, 4]);
    const differences = [...cut, ...resumed].map(({ step, loss }) =>
      Math.abs(loss / cpu.find((one) => one.step === step)!.loss - 1),
    );
    console.info(`losses differ by ${Math.max(...differences).toExponential(1)}`);
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  });

  test('validation losses are those of the CPU', () => {
    const { validation, cpuValidation } = report.job;
    expect(validation.length).toBe(cpuValidation.length);
    const differences = validation.map((loss, index) => Math.abs(loss / cpuValidation[index]! - 1));
    console.info(`validation losses differ by ${Math.max(...differences).toExponential(1)}`);
    expect(Math.max(...differences)).toBeLessThan(1e-3);
  });
});
