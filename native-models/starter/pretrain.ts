/**
 * `node native-models/starter/pretrain.ts`: makes the starter model from nothing but a seed, in two stages.
 * Interrupt it whenever you like; the next start goes on from the newest checkpoint under .pretrain.
 */

import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildFacts } from './corpus/index.ts';
import { starterModelDirectory } from './index.ts';
import { writeModelFolder } from './pretrain/model-files.ts';
import { trainStage } from './pretrain/stage.ts';
import { initialParameters, widenedParameters } from './pretrain/initial-weights.ts';
import { settings } from './pretrain/settings.ts';
import { readModelParameters } from './pretrain/model-files.ts';

const { values: options } = parseArgs({
  options: {
    /** Ends the stage after this step with a checkpoint and writes the model as it is then. */
    'stop-after': { type: 'string' },
    /** A model of the first stage to go on from, instead of making it again. */
    form: { type: 'string' },
    work: { type: 'string', default: '.pretrain' },
    output: { type: 'string', default: starterModelDirectory },
  },
});
const stopAfter = options['stop-after'] === undefined ? Infinity : Number(options['stop-after']);
const facts = buildFacts(settings.seed);

const form = options.form
  ? { parameters: await readModelParameters(options.form), curve: [] }
  : await trainStage('form', { facts, stopAfter, work: join(options.work, 'form'), parameters: initialParameters });
const plants = await trainStage('plants', {
  facts,
  stopAfter,
  work: join(options.work, 'plants'),
  parameters: (decoder, seed) => widenedParameters(form.parameters, decoder, seed),
});
await writeModelFolder(options.output, plants.tokenizerFile, plants.parameters, [form.curve, plants.curve], {
  parameters: plants.parameters.reduce((sum, { values }) => sum + values.length, 0),
});
console.log(`written to ${options.output}`);
