/** Blocks back to floats, written down from the operator's page: what the tests compare with. */

import { type BlockFormat, blocksOf, type QuantizedBlocks } from '../../../native-models/quantize/blocks.ts';

export function dequantizeBlocks(
  { packed, scales }: QuantizedBlocks,
  rows: number,
  columns: number,
  format: BlockFormat,
): Float32Array {
  const { bits, blockSize, signed = false } = format;
  const blocks = blocksOf(columns, format);
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const place = row * blocks * blockSize + column;
    const level = bits === 8 ? packed[place]! : (packed[place >> 1]! >> (place % 2 === 0 ? 0 : 4)) & 15;
    const half = 2 ** (bits - 1);
    return (
      (signed ? ((level + half) % (2 * half)) - half : level - half) *
      scales[row * blocks + Math.floor(column / blockSize)]!
    );
  });
}
