/** Block quantization: a matrix as whole numbers of 4 or 8 bits, with one scale for each block of a row. */

/** How a matrix is kept. `MatMulNBits` takes blocks of 16, 32, 64, 128 or 256 weights. */
export interface BlockFormat {
  readonly bits: 4 | 8;
  /** Weights that share a scale. */
  readonly blockSize: number;
  /** int8 around zero instead of uint8 above it, in 7 of its bits. */
  readonly signed?: boolean;
}

export interface QuantizedBlocks {
  /** (rows, blocks, blockSize·bits/8): each weight plus half the range (signed: the weight itself); of two 4-bit weights the first is the low half. */
  readonly packed: Uint8Array;
  /** (rows, blocks) */
  readonly scales: Float32Array;
}

/**
 * Signed levels go from −64 to 63: processors without VNNI add two products of bytes in 16 bits, and 2·255·64 still fits.
 * https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html
 */
const signedHalf = 64;

/** Blocks of a row. The last one may be part empty: the weights it lacks count as zero. */
export const blocksOf = (columns: number, { blockSize }: BlockFormat): number => Math.ceil(columns / blockSize);

/** Bytes of a packed matrix. */
export const packedBytes = (rows: number, columns: number, format: BlockFormat): number =>
  (rows * blocksOf(columns, format) * format.blockSize * format.bits) / 8;

/**
 * Rounds (rows, columns), row-major, to the nearest of 2^bits levels. The weight of largest magnitude in a block lies
 * exactly on the lowest level, so that the scale carries its sign and no level is wasted, as in GGML's Q4_0.
 */
export function quantizeBlocks(
  values: Float32Array,
  rows: number,
  columns: number,
  format: BlockFormat,
): QuantizedBlocks {
  const { bits, blockSize } = format;
  const blocks = blocksOf(columns, format);
  const half = format.signed ? signedHalf : 2 ** (bits - 1);
  const top = 2 * half - 1;
  const packed = new Uint8Array(packedBytes(rows, columns, format));
  const scales = new Float32Array(rows * blocks);
  const levels = new Uint8Array(blockSize);
  let written = 0;
  for (let block = 0; block < rows * blocks; block++) {
    const first = Math.floor(block / blocks) * columns + (block % blocks) * blockSize;
    const count = Math.min(blockSize, columns - (block % blocks) * blockSize);
    let extreme = 0;
    for (let index = first; index < first + count; index++) {
      const value = values[index]!;
      if (Math.abs(value) > Math.abs(extreme)) extreme = value;
    }
    const scale = Math.fround(extreme / -half);
    scales[block] = scale;
    const inverse = scale === 0 ? 0 : 1 / scale;
    levels.fill(half);
    for (let index = 0; index < count; index++) {
      const level = Math.floor(values[first + index]! * inverse + half + 0.5);
      levels[index] = level < 0 ? 0 : level > top ? top : level;
    }
    if (format.signed) for (let at = 0; at < blockSize; at++) levels[at]! -= half;
    if (bits === 8) packed.set(levels, written);
    else for (let at = 0; at < blockSize; at += 2) packed[written + at / 2] = levels[at]! | (levels[at + 1]! << 4);
    written += (blockSize * bits) / 8;
  }
  return { packed, scales };
}

/** (rows, columns) → (columns, rows), row-major. */
export function transposed(values: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column]!;
  }
  return result;
}

/** int8 with one scale for a whole row: what `Int8MatMul` takes. */
export const rowFormat = (columns: number): BlockFormat => ({ bits: 8, blockSize: columns, signed: true });

/** The format with the largest blocks that fill the rows of a matrix exactly, 16 at least. */
export function fittingFormat(columns: number, { bits, blockSize }: BlockFormat): BlockFormat {
  let fitting = blockSize;
  while (fitting > 16 && columns % fitting !== 0) fitting /= 2;
  return { bits, blockSize: fitting };
}
