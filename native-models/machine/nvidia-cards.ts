/** NVIDIA's cards as `nvidia-smi`, which comes with the driver, lists them: in the order of their slots. */

import type { FoundCard } from './found-card.ts';

/** Program and options. CUDA is told to number in the same order (`runtime/onnxruntime`). */
export const nvidiaQuestion = [
  'nvidia-smi',
  ['--query-gpu=uuid,memory.total,driver_version,name', '--format=csv,noheader,nounits'],
] as const;

/**
 * One card a line, as in `GPU-6f7b…, 24564, 550.54.15, NVIDIA GeForce RTX 4090`; other lines are what it says instead of an
 * answer.
 * @param visible `CUDA_VISIBLE_DEVICES`: the only cards that CUDA sees, by number or by the beginning of their identifier,
 *   and it numbers them anew in that order:
 *   https://docs.nvidia.com/cuda/cuda-programming-guide/05-appendices/environment-variables.html
 */
export function nvidiaCards(text: string, visible?: string): readonly FoundCard[] {
  const lines = text.split(/\r?\n/).flatMap((line) => {
    const [, id, mebibytes, driver, name] = /^(GPU-[\w-]+), (\d+|\[[^\]]+\]), ([\d.]+), (.+)$/.exec(line.trim()) ?? [];
    return id === undefined ? [] : { id, mebibytes: Number(mebibytes), driver: driver!, name: name! };
  });
  const order = visible === undefined ? lines.map((_, index) => index) : seen(visible, lines);
  return lines.map(({ mebibytes, driver, name }, index) => {
    const number = order.indexOf(index);
    // Cards that share the processor's memory answer `[N/A]`.
    const memoryBytes = Number.isNaN(mebibytes) ? null : mebibytes * 2 ** 20;
    return { name, driver, memoryBytes, numbers: number < 0 ? {} : { cuda: number } };
  });
}

/** Indices of the cards that are named; the first name that fits none ends the list. */
function seen(visible: string, cards: readonly { readonly id: string }[]): readonly number[] {
  const indices: number[] = [];
  for (const entry of visible.split(',').map((each) => each.trim())) {
    const index = /^\d+$/.test(entry)
      ? Number(entry)
      : cards.findIndex(({ id }) => entry.startsWith('GPU-') && id.startsWith(entry));
    if (index < 0 || index >= cards.length) break;
    indices.push(index);
  }
  return indices;
}
