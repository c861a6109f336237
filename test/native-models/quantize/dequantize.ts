/** Blocks back to floats, written down from the operator's page: what the tests compare with. */

import { type BlockFormat, blocksOf, type QuantizedBlocks } from '../../../native-models/quantize/blocks.ts';

export function dequantizeBlocks(
  { packed, scales }: QuantizedBlocks,
  rows: number,
  columns: number,
  format: BlockFormat,
): Float32Array {
  const { bits, blockSize } = format;
  const blocks = blocksOf(columns, format);
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    const place = row * blocks * blockSize + column;
    const level = bits === 8 ? packed[place]! : (packed[place >> 1]! >> (place % 2 === 0 ? 0 : 4)) & 15;
    return (level - 2 ** (bits - 1)) * scales[row * blocks + Math.floor(column / blockSize)]!;
  });
}
