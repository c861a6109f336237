/** What a model process does first: whoever works at this PC comes before it. */

import { setPriority } from 'node:os';
import { answersPriority, priorityVariable } from './priorities.ts';

try {
  setPriority(Number(process.env[priorityVariable] ?? answersPriority));
} catch {
  // Some systems forbid even that; the model then competes with the window, as before.
}
