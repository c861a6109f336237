/** `node native-models/starter/sample-plant/write.ts`: writes the three committed files again from their seed. */

import { writeFileSync } from 'node:fs';
import { regressionFile, rehearsalFile, samplePlantFile } from '../index.ts';
import { buildRegression, buildRehearsal, buildSamplePlant, type SampleExample } from './generate.ts';

const jsonLines = (examples: readonly SampleExample[]): string =>
  examples.map((example) => `${JSON.stringify(example)}\n`).join('');

writeFileSync(samplePlantFile, jsonLines(buildSamplePlant()));
writeFileSync(regressionFile, jsonLines(buildRegression()));
writeFileSync(rehearsalFile, jsonLines(buildRehearsal()));
