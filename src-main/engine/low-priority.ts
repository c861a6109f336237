/** What a model process does first: whoever works at this PC comes before it. */

import { constants, setPriority } from 'node:os';

/**
 * 0 is normal, 19 least. Windows knows steps, and whatever is less than its "below normal" counts as normal there:
 * https://nodejs.org/api/os.html#priority-constants
 */
export const modelProcessPriority = process.platform === 'win32' ? constants.priority.PRIORITY_BELOW_NORMAL : 5;

try {
  setPriority(modelProcessPriority);
} catch {
  // Some systems forbid even that; the model then competes with the window, as before.
}
