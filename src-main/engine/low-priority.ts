/** What a model process does first: whoever works at this PC comes before it. */

import { setPriority } from 'node:os';

/** 0 is normal, 19 least; Windows knows steps, of which this is "below normal". https://nodejs.org/api/os.html#ospriority */
export const modelProcessPriority = 5;

try {
  setPriority(modelProcessPriority);
} catch {
  // Some systems forbid even that; the model then competes with the window, as before.
}
