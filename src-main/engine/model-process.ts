/** Where a model process begins: it takes its place behind everybody else first, so that its libraries load there too. */

import { flushCompileCache } from 'node:module';
import './low-priority.ts';
import { serveUnloadable } from './unloadable.ts';

try {
  await import('./worker.ts');
  // Node keeps what it compiled when a process ends by itself, and this one is ended from outside: the next start would
  // strip and compile everything again. Does nothing where nothing is kept.
  flushCompileCache();
} catch (error) {
  serveUnloadable(error);
}
