/** `node test/bench/peak.ts <model folder> <rows> <tokens>`: bytes a process of its own needs at most for two training steps. */

import { openModelFolder } from '../../native-models/models/model-folder.ts';
import { peakBytes } from './peak-bytes.ts';
import { loraTrainer } from './training.ts';

const [directory = '', batch, tokens] = process.argv.slice(2);
const trainer = await loraTrainer(await openModelFolder(directory), 'cpu');
for (let step = 0; step < 2; step++) await trainer.step({ batch: Number(batch), tokens: Number(tokens), trained: 1 });
await trainer.close();
console.log(peakBytes());
