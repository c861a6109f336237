/** Where a model process begins: it takes its place behind everybody else first, so that its libraries load there too. */

import './low-priority.ts';
import { serveUnloadable } from './unloadable.ts';

try {
  await import('./worker.ts');
} catch (error) {
  serveUnloadable(error);
}
