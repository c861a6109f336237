/** The model process: the only file of the office that imports the machine room. */

import * as models from '../../native-models/index.ts';
import { openParentPort } from './parent-port.ts';
import { serveWorker } from './worker-loop.ts';

const port = openParentPort();
models.onQuantizing((progress) => port.send({ kind: 'quantizing', progress }));

serveWorker(port, {
  calls: {
    describeMachine: () => models.describeMachine(),
    probeDevice: ({ device, modelDirectory }) => models.probeDevice(device, modelDirectory),
    estimateModel: (job) => models.estimateModel(job),
    estimateAnswering: (job) => models.estimateAnswering(job),
    largestTensor: ({ directory }) => models.largestTensor(directory),
    readLicence: ({ directory }) => models.readLicence(directory),
    tryTexts: ({ directory }) => models.tryTexts(directory),
    inspectModel: ({ directory, plainTexts }) => models.inspectModel(directory, { plainTexts }),
    inspectAdapter: ({ job }) => models.inspectAdapter(job),
    measureExamples: ({ directory, examples, ...wanted }) => models.measureExamples(directory, examples, wanted),
    probe: ({ job }) => models.probe(job),
    continueText: ({ job }) => models.continueText(job),
    writeLogits: ({ job }) => models.writeLogits(job),
    tokenize: ({ job }) => models.tokenize(job),
    exportAdapter: ({ job }) => models.exportAdapter(job),
    proposeWordings: ({ job }) => models.proposeWordings(job),
  },
  jobs: {
    planTraining: (job, control, onProgress) => models.planTraining(job, { control, onProgress }),
    train: (job, control, onEvent) => models.train(job, { control, onEvent }),
    checkModel: ({ directory }, control, onProgress) => models.checkModel(directory, { control, onProgress }),
    proveAdapter: (job, control, onProgress) => models.proveAdapter(job, { control, onProgress }),
    merge: (job, control, onProgress) => models.merge(job, { control, onProgress }),
    generate: (job, { signal }, onPiece) => models.generate(job, { signal, onPiece }),
    answer: (job, { signal }, onPiece) => models.answer(job, { signal, onPiece }),
    evaluate: (job, control, onAnswered) => models.evaluate(job, { control, onAnswered }),
    comparePrecisions: (job, control, onProgress) => models.comparePrecisions(job, { control, onProgress }),
  },
  cancelledError: () => new models.ModelError('cancelled'),
  report: (error) =>
    error instanceof models.ModelError
      ? { code: error.code, values: error.values }
      : { code: 'unexpected', values: { reason: error instanceof Error ? error.message : String(error) } },
});
