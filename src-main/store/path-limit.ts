/** Windows' limit of paths, refused early instead of in the middle of a training. */

import { OfficeError } from '../contract/errors.ts';

/**
 * Longest path of a data folder there. Node writes longer ones; SQLite and onnxruntime, which maps blocks of weights below
 * it, hold to 259 characters: https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation
 */
export const longestDataPath = 259 - longestBelow();

/** Of what a library opens by itself: a block file of the longest name of a weight that the families have. */
function longestBelow(): number {
  const folder = '/quantized/0123456789abcdef-blocks-1/';
  const weight = 'language_model.model.layers.999.self_attn.o_proj.weight.transposed';
  return `${folder}${weight}.4x128.prepacked-0123456789ab.safetensors`.length;
}

/** @throws OfficeError data-path-too-long */
export function requireShortEnough(dataDirectory: string): void {
  const { length: characters } = dataDirectory;
  if (process.platform === 'win32' && characters > longestDataPath)
    throw new OfficeError('data-path-too-long', { path: dataDirectory, characters, most: longestDataPath });
}
