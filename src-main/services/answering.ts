/** The model that answers, as the engine takes it: which folder, and in which precision. */

import { join } from 'node:path';
import type { BaseModel, Precision } from '../contract/entities.ts';
import type { Workplace } from './context.ts';

interface AnsweringModel {
  readonly modelDirectory: string;
  readonly precision: Precision;
  readonly cacheDirectory: string;
}

/** Where a data folder keeps quantized weights. */
export const quantizedFolder = (dataDirectory: string): string => join(dataDirectory, 'quantized');

/** @param precision the model's own, unless a release or an evaluation answers in another one */
export function answeringModel(
  { dataDirectory }: Pick<Workplace, 'dataDirectory'>,
  model: Pick<BaseModel, 'directory' | 'precision'>,
  precision: Precision = model.precision,
): AnsweringModel {
  return { modelDirectory: model.directory, precision, cacheDirectory: quantizedFolder(dataDirectory) };
}
