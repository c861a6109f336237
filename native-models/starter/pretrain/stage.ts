/** One stage of the pretraining: its text and vocabulary, every weight trained, kept in checkpoints on the way. */

import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Decoder, decoderFromConfig } from '../../architectures/index.ts';
import { openSession } from '../../runtime/session.ts';
import { openLibraryTokenizer } from '../../text/library.ts';
import type { Parameter } from '../../train/adamw.ts';
import { loadCheckpoint, saveCheckpoint } from '../../train/checkpoint.ts';
import { fullTrainGraph } from '../../train/graph.ts';
import { runLoop } from '../../train/loop.ts';
import { MicroBatch } from '../../train/micro-batch.ts';
import { MemoryOptimizer } from '../../train/optimizer.ts';
import { notAskedYet } from '../../train/stopping.ts';
import type { Fact } from '../corpus/index.ts';
import { rowsAt } from './batches.ts';
import { type CurvePoint, modelConfig } from './model-files.ts';
import { rateAt, settings, shape, type StageName } from './settings.ts';
import { buildTokenizerJson } from './tokenizer.ts';

export interface StageOptions {
  readonly facts: readonly Fact[];
  /** Ends after this step with a checkpoint. */
  readonly stopAfter: number;
  /** Folder of checkpoints and curve. */
  readonly work: string;
  /** What the weights start from. */
  readonly parameters: (decoder: Decoder, seed: number) => readonly Parameter[];
}

export interface StageResult {
  readonly parameters: readonly Parameter[];
  readonly tokenizerFile: object;
  readonly curve: readonly CurvePoint[];
}

/** Trains a stage from its start or its newest checkpoint to its end. */
export async function trainStage(name: StageName, options: StageOptions): Promise<StageResult> {
  const { facts, work } = options;
  const { steps, fallingSteps: _falling, ...recipe } = settings.stages[name];
  const lastStep = Math.min(steps, options.stopAfter);
  mkdirSync(work, { recursive: true });
  const tokenizerFile = buildTokenizerJson(name, facts);
  const tokenizer = openLibraryTokenizer(tokenizerFile);
  const decoder = decoderFromConfig(modelConfig(tokenizer.getVocabSize(true)));
  const parameters = options.parameters(decoder, settings.seed);
  // The text itself is part of the run: a changed corpus must not continue an old one. How many steps there are may
  // change as long as the rate has not begun to fall.
  const { stages: _, ...common } = settings;
  const identity = createHash('sha256')
    .update(JSON.stringify([common, recipe, shape, tokenizerFile, await rowsAt(name, tokenizer, facts, 1)]))
    .digest('hex');
  const resumed = await loadCheckpoint(work, { identity, steps }, parameters);
  const begun = { step: 0, identity, firstLoss: Number.NaN, lastLoss: Number.NaN, seconds: 0, stopping: notAskedYet };
  let state = resumed?.state ?? begun;
  const curveFile = join(work, 'loss-curve.jsonl');
  const curve = readCurve(curveFile).filter(({ step }) => step <= state.step);
  writeFileSync(curveFile, curve.map((point) => `${JSON.stringify(point)}\n`).join(''));
  console.log(`${name}: ${decoder.weightShapes.size} tensors, steps ${state.step + 1} to ${lastStep}`);

  const session = await openSession(fullTrainGraph(decoder, { positions: settings.rowTokens }), { device: 'cpu' });
  await runLoop(
    {
      optimizer: new MemoryOptimizer(session, parameters, settings),
      lastStep: () => lastStep,
      startStep: state.step,
      rowsAt: (step) => rowsAt(name, tokenizer, facts, step),
      learningRateAt: (step) => rateAt(step, name),
      microBatch: new MicroBatch(settings.rows * 2, {
        smallestPeakBytes: 0,
        onReduced: (from, to, reason) => console.log(`rows of one run: ${from} → ${to} (${reason})`),
      }),
    },
    {
      control: { turn: async () => {} },
      onStep: async ({ step, loss, learningRate, tokens, seconds, gradNorm }) => {
        state = {
          step,
          identity,
          firstLoss: step === 1 ? loss : state.firstLoss,
          lastLoss: loss,
          seconds: state.seconds + seconds,
          stopping: notAskedYet,
        };
        const point: CurvePoint = { step, loss, learningRate, tokens, seconds };
        curve.push(point);
        appendFileSync(curveFile, `${JSON.stringify(point)}\n`);
        if (step % 20 === 0 || step === 1) {
          const left = ((steps - step) * state.seconds) / step;
          console.log(
            `step ${step} loss ${loss.toFixed(4)} norm ${gradNorm.toFixed(2)} ${Math.round(tokens / seconds)} tokens/s, ${Math.round(left / 60)} min left`,
          );
        }
        if (step % settings.checkpointEverySteps === 0 || step === lastStep) {
          await saveCheckpoint(work, state, parameters, null);
        }
      },
    },
  );
  await session.close();
  return { parameters, tokenizerFile, curve };
}

function readCurve(file: string): CurvePoint[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CurvePoint);
}
