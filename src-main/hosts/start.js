/** First thing `npm start` runs. Plain JavaScript, so that an old Node can still read why it is too old. */

import console from 'node:console';
import module from 'node:module';
import process from 'node:process';
import { nodeNeeded } from './node-needed.js';

const tooOld = nodeNeeded();

if (tooOld !== null) {
  console.error(tooOld);
  process.exitCode = 1;
} else {
  // Stripping types and compiling take half of a start; what is kept is checked against each source by Node itself.
  const { directory } = module.enableCompileCache();
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE = directory;
  await import('./open-app.ts');
}
