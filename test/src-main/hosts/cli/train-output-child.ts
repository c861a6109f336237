/** Takes a folder as `usumaku train` does and keeps it until its parent lets go. */

import { prepareOutput } from '../../../../src-main/hosts/cli/train-output.ts';

process.on('message', (out: string) => {
  try {
    prepareOutput(out, false);
    process.send!('taken');
  } catch (error) {
    process.send!((error as Error).message);
  }
});
process.on('disconnect', () => process.exit(0));
