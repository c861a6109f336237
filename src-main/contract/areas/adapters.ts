/** Adapters: the ledger, and the long work on them (import, export, proof). */

import * as v from 'valibot';
import type { Adapter, AdapterInspection, AdapterTask, ExportPlan } from '../entities.ts';
import { id, line, nothing } from '../fields.ts';
import { command, gives, query } from '../request.ts';
import { limits } from '../rules/limits.ts';

const ofAdapter = v.strictObject({ adapterId: id });
const folder = line(limits.path);
const name = line(limits.name);
const exportInput = v.strictObject({ adapterId: id, directory: folder, form: v.picklist(['peft', 'merged']) });

export const adapterRequests = {
  'adapters.list': query({
    input: nothing,
    output: gives<readonly Adapter[]>(),
    permission: 'read',
    staleAfter: ['adapters'],
  }),
  'adapters.rename': command({
    input: v.strictObject({ adapterId: id, name }),
    output: gives<Adapter>(),
    permission: 'train',
  }),
  /** Only what never served; its files go, its row stays. */
  'adapters.delete': command({ input: ofAdapter, output: gives<null>(), permission: 'administer' }),
  'adapters.prove': command({ input: ofAdapter, output: gives<AdapterTask>(), permission: 'train' }),
};

export const adapterTaskRequests = {
  /** Import, export or proof: the one that runs, or the last one since the start. */
  'adapters.task': query({
    input: nothing,
    output: gives<AdapterTask | null>(),
    permission: 'read',
    staleAfter: ['adapterTask'],
  }),
  'adapters.cancelTask': command({ input: nothing, output: gives<AdapterTask | null>(), permission: 'train' }),
};

export const adapterImportRequests = {
  /** Looks into a PEFT folder; keeps nothing. */
  'adapters.inspect': query({
    input: v.strictObject({ directory: folder, modelId: id }),
    output: gives<AdapterInspection>(),
    permission: 'administer',
    staleAfter: [],
  }),
  /** Copies, proves and records. `acceptBase`: a person answers for the base where the files name none. */
  'adapters.import': command({
    input: v.strictObject({ directory: folder, modelId: id, name, acceptBase: v.boolean() }),
    output: gives<AdapterTask>(),
    permission: 'administer',
  }),
};

export const adapterExportRequests = {
  'adapters.exportPlan': query({
    input: exportInput,
    output: gives<ExportPlan>(),
    permission: 'administer',
    staleAfter: ['adapters'],
  }),
  /** Into a new or empty folder, whole or not at all. */
  'adapters.export': command({ input: exportInput, output: gives<AdapterTask>(), permission: 'administer' }),
};

export const adapterEvents = [
  'adapter.proven',
  'adapter.imported',
  'adapter.exported',
  'adapter.renamed',
  'adapter.deleted',
] as const;
