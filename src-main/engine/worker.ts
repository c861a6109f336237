/** The model process: the only file of the office that imports the machine room. */

import { ModelError, onQuantizing } from '../../native-models/index.ts';
import * as requests from '../../native-models/requests.ts';
import { openParentPort } from './parent-port.ts';
import { serveWorker } from './worker-loop.ts';

const port = openParentPort();
onQuantizing((progress) => port.send({ kind: 'quantizing', progress }));

serveWorker(port, {
  requests,
  cancelledError: () => new ModelError('cancelled'),
  report: (error) =>
    error instanceof ModelError
      ? { code: error.code, values: error.values }
      : { code: 'unexpected', values: { reason: error instanceof Error ? error.message : String(error) } },
});
