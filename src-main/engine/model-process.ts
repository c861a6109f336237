/** Where a model process begins: it takes its place behind everybody else first, so that its libraries load there too. */

import './low-priority.ts';

await import('./worker.ts');
