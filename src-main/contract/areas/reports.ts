/** Reports of an evaluation, to be carried into a meeting. */

import * as v from 'valibot';
import type { ReportFile } from '../entities.ts';
import { id } from '../fields.ts';
import { command, gives } from '../request.ts';

/** HTML prints on A4; PDF is made by the host's Chromium; PPTX has tables and charts that can be edited; CSV holds all answers. */
export const reportForms = ['html', 'pdf', 'pptx', 'csv'] as const;

export const reportRequests = {
  /** Makes a file from what is stored; the log keeps its SHA-256. */
  'reports.make': command({
    input: v.strictObject({
      evaluationId: id,
      language: v.picklist(['ja', 'en']),
      form: v.picklist(reportForms),
    }),
    output: gives<ReportFile>(),
    permission: 'read',
  }),
};

export const reportEvents = ['report.made'] as const;
