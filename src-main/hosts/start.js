/** First thing `npm start` runs. Plain JavaScript, so that an old Node can still read why it is too old. */

import console from 'node:console';
import module from 'node:module';
import process from 'node:process';

const needed = 24;
const found = Number(process.versions.node.split('.')[0]);

if (found < needed) {
  console.error(
    `Usumaku needs Node ${needed}, but this is Node ${process.versions.node}. Run "npm ci" and then "npm start": that brings the right one along.\n` +
      `薄膜にはNode ${needed}が必要です（今は${process.versions.node}）。「npm ci」のあと「npm start」を実行してください。必要な版が一緒に入ります。`,
  );
  process.exitCode = 1;
} else {
  // Stripping types and compiling take half of a start; what is kept is checked against each source by Node itself.
  const { directory } = module.enableCompileCache();
  if (directory !== undefined) process.env.NODE_COMPILE_CACHE = directory;
  await import('./open-app.ts');
}
