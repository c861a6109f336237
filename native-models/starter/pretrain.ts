/**
 * `node native-models/starter/pretrain.ts [--stop-after STEP]`: makes the starter model from nothing but a seed.
 * Interrupt it whenever you like; the next start goes on from the newest checkpoint under .pretrain.
 */

import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { decoderFromConfig } from '../architectures/index.ts';
import { openSession, runtimeVersion } from '../runtime/session.ts';
import { loadCheckpoint, saveCheckpoint } from '../train/checkpoint.ts';
import { fullTrainGraph } from '../train/graph.ts';
import { openLibraryTokenizer } from '../text/library.ts';
import { runLoop } from '../train/loop.ts';
import { MicroBatch } from '../train/micro-batch.ts';
import { MemoryOptimizer } from '../train/optimizer.ts';
import { learningRateAt } from '../train/schedule.ts';
import { notAskedYet } from '../train/stopping.ts';
import { buildFacts } from './corpus/index.ts';
import { starterModelDirectory } from './index.ts';
import { rowsAt } from './pretrain/batches.ts';
import { initialParameters } from './pretrain/initial-weights.ts';
import { type CurvePoint, modelConfig, writeModelFolder } from './pretrain/model-files.ts';
import { settings, shape } from './pretrain/settings.ts';
import { buildTokenizerJson } from './pretrain/tokenizer.ts';

const { values: options } = parseArgs({
  options: {
    /** Ends after this step with a checkpoint, without writing the model. */
    'stop-after': { type: 'string' },
    work: { type: 'string', default: '.pretrain' },
    output: { type: 'string', default: starterModelDirectory },
  },
});
const lastStep = Math.min(settings.steps, Number(options['stop-after'] ?? settings.steps));
const curveFile = join(options.work, 'loss-curve.jsonl');
mkdirSync(options.work, { recursive: true });

const facts = buildFacts(settings.seed);
const tokenizerFile = buildTokenizerJson(facts);
const tokenizer = openLibraryTokenizer(tokenizerFile);
const decoder = decoderFromConfig(modelConfig(tokenizer.getVocabSize(true)));
const parameters = initialParameters(decoder, settings.seed);
const count = parameters.reduce((sum, { values }) => sum + values.length, 0);
// The text itself is part of the run: a changed corpus must not continue an old one.
const identity = createHash('sha256')
  .update(JSON.stringify([settings, shape, tokenizerFile, await rowsAt(tokenizer, facts, 1)]))
  .digest('hex');
const resumed = await loadCheckpoint(options.work, { identity, steps: settings.steps }, parameters);
let state = resumed?.state ?? {
  step: 0,
  identity,
  firstLoss: Number.NaN,
  lastLoss: Number.NaN,
  seconds: 0,
  stopping: notAskedYet,
};
const curve: CurvePoint[] = readCurve().filter(({ step }) => step <= state.step);
writeFileSync(curveFile, curve.map((point) => `${JSON.stringify(point)}\n`).join(''));
console.log(`${count} weights, ${facts.length} facts, steps ${state.step + 1} to ${lastStep}`);

const session = await openSession(fullTrainGraph(decoder, { positions: settings.rowTokens }), { device: 'cpu' });
await runLoop(
  {
    optimizer: new MemoryOptimizer(session, parameters, settings),
    lastStep: () => lastStep,
    startStep: state.step,
    rowsAt: (step) => rowsAt(tokenizer, facts, step),
    learningRateAt: (step) => learningRateAt(step, settings.steps, settings),
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
        const left = ((settings.steps - step) * state.seconds) / step;
        console.log(
          `step ${step} loss ${loss.toFixed(4)} norm ${gradNorm.toFixed(2)} ${Math.round(tokens / seconds)} tokens/s, ${Math.round(left / 60)} min left`,
        );
      }
      if (step % settings.checkpointEverySteps === 0 || step === lastStep) {
        await saveCheckpoint(options.work, state, parameters, null);
      }
    },
  },
);
await session.close();

if (lastStep === settings.steps) {
  await writeModelFolder(options.output, tokenizerFile, parameters, curve, {
    parameters: count,
    facts: facts.length,
    tokens: curve.reduce((sum, { tokens }) => sum + tokens, 0),
    seconds: Math.round(state.seconds),
    onnxruntime: runtimeVersion,
  });
  console.log(`written to ${options.output}`);
}

function readCurve(): CurvePoint[] {
  if (!existsSync(curveFile)) return [];
  return readFileSync(curveFile, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as CurvePoint);
}
