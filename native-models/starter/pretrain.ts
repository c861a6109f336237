/**
 * `node native-models/starter/pretrain.ts`: makes the starter model from nothing but a seed, in stages.
 * Interrupt it whenever you like; the next start goes on from the newest checkpoint under .pretrain.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runtimeVersion } from '../runtime/session.ts';
import { buildFacts } from './corpus/index.ts';
import { starterModelDirectory } from './index.ts';
import { trainStage } from './pretrain/stage.ts';
import { initialParameters, setUnseenRowsApart, widenedParameters } from './pretrain/initial-weights.ts';
import { readModelParameters, type StageCurve, writeModelFolder } from './pretrain/model-files.ts';
import { settings, stageNames } from './pretrain/settings.ts';

const usage =
  'npm run pretrain -- [--stop-after STEPS] [--from FOLDER --stage NAME] [--work FOLDER] [--output FOLDER]; the stages ' +
  `are ${stageNames.join(', ')}`;
const options = optionsOf(process.argv.slice(2));
if (!options) {
  console.error(usage);
  process.exit(2);
}
const { stopAfter } = options;
const facts = buildFacts(settings.seed);

let parameters = options.from === undefined ? undefined : await readModelParameters(options.from);
let tokenizerFile = {};
const curves: StageCurve[] = [];
for (const stage of stageNames.slice(stageNames.indexOf(options.stage))) {
  const before = parameters;
  const trained = await trainStage(stage, {
    facts,
    stopAfter,
    work: join(options.work, stage),
    parameters: (decoder, seed) =>
      before ? widenedParameters(before, decoder, seed) : initialParameters(decoder, seed),
  });
  ({ parameters, tokenizerFile } = trained);
  curves.push({ stage, points: trained.curve });
}
console.log(`${setUnseenRowsApart(parameters!, settings.seed)} tokens were in no text`);
const all = curves.flatMap(({ points }) => points);
await writeModelFolder(options.output, tokenizerFile, parameters!, curves, {
  parameters: parameters!.reduce((sum, { values }) => sum + values.length, 0),
  facts: facts.length,
  tokens: all.reduce((sum, { tokens }) => sum + tokens, 0),
  seconds: Math.round(all.reduce((sum, { seconds }) => sum + seconds, 0)),
  onnxruntime: runtimeVersion,
});
console.log(`written to ${options.output}`);

/** What was asked for; null where it is nothing that can be done. */
function optionsOf(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        /** Ends the stage after this step with a checkpoint and writes the model as it is then. */
        'stop-after': { type: 'string', default: 'Infinity' },
        /** A model to go on from with `stage`, instead of making the stages before it again. */
        from: { type: 'string' },
        stage: { type: 'string', default: stageNames[0] },
        work: { type: 'string', default: '.pretrain' },
        output: { type: 'string', default: starterModelDirectory },
      },
    });
    const stopAfter = Number(values['stop-after']);
    const stage = stageNames.find((name) => name === values.stage);
    return stage === undefined || !(stopAfter >= 1) ? null : { ...values, stage, stopAfter };
  } catch {
    return null;
  }
}
