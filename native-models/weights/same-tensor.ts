/** Whether two stored tensors hold the same bytes, told at the first piece that differs. */

import { pieces, type WeightTensor } from './safetensors.ts';

/** Raises `file-unreadable` or `weights-truncated`. */
export async function sameTensor(a: WeightTensor, b: WeightTensor): Promise<boolean> {
  if (a.dtype !== b.dtype || a.shape.join() !== b.shape.join()) return false;
  const others = pieces(b);
  try {
    for await (const { bytes } of pieces(a)) {
      const other = await others.next();
      if (other.done === true || Buffer.compare(bytes, other.value.bytes) !== 0) return false;
    }
    return true;
  } finally {
    await others.return(undefined);
  }
}
