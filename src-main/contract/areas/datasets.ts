/** From collected examples to frozen versions. */

import type { DatasetVersion, Readiness } from '../entities.ts';
import { nothing } from '../fields.ts';
import { command, gives, query } from '../request.ts';

export const datasetRequests = {
  'datasets.readiness': query({
    input: nothing,
    output: gives<Readiness>(),
    permission: 'read',
    staleAfter: ['examples', 'project', 'models'],
  }),
  'datasets.freeze': command({ input: nothing, output: gives<DatasetVersion>(), permission: 'train' }),
  'datasets.list': query({
    input: nothing,
    output: gives<readonly DatasetVersion[]>(),
    permission: 'read',
    staleAfter: ['datasets'],
  }),
};

export const datasetEvents = ['dataset.frozen'] as const;
