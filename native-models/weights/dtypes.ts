/** Number formats of safetensors: their sizes, and 16-bit floats to 32 bits and back. */

/** Bytes of one element. Names as in the format: https://huggingface.co/docs/safetensors */
const dtypeBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  C64: 8,
  F64: 8,
  I64: 8,
  U64: 8,
} as const;

export type Dtype = keyof typeof dtypeBytes;

/** Formats whose values `readTensor` can give as 32-bit floats. */
export type FloatDtype = 'F32' | 'F16' | 'BF16';

/** Order in which safetensors lays tensors out: widest first, so that each starts aligned. */
export const dtypeOrder: readonly Dtype[] = (Object.keys(dtypeBytes) as Dtype[]).reverse();

export function isDtype(value: unknown): value is Dtype {
  return typeof value === 'string' && Object.hasOwn(dtypeBytes, value);
}

export function isFloat(dtype: Dtype): dtype is FloatDtype {
  return dtype === 'F32' || dtype === 'F16' || dtype === 'BF16';
}

/** Bytes of one element. */
export function bytesOf(dtype: Dtype): number {
  return dtypeBytes[dtype];
}

// One float seen as its bits: what all conversions below work on.
const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** bfloat16 is the upper half of a float, so nothing is lost. */
export function bf16ToFloat(half: number): number {
  bits[0] = half << 16;
  return float[0]!;
}

/** Rounds to the nearest bfloat16, ties to even; NaN stays NaN. */
export function floatToBf16(value: number): number {
  float[0] = value;
  const raw = bits[0]!;
  if (Number.isNaN(float[0])) return (raw >>> 16) | 0x40;
  return ((raw + 0x7fff + ((raw >>> 16) & 1)) >>> 16) & 0xffff;
}

/** IEEE 754 binary16 to a float; exact. */
export function f16ToFloat(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  // 2^-24 is the smallest subnormal; normal numbers carry an implied leading one.
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (fraction + 0x400) * 2 ** (exponent - 25);
}

/** Rounds a float to the nearest IEEE 754 binary16, ties to even; too large becomes infinite. */
export function floatToF16(value: number): number {
  float[0] = value;
  const raw = bits[0]!;
  const sign = (raw >>> 16) & 0x8000;
  const magnitude = raw & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // 65,520 and above round past the largest half
  if (magnitude < 0x38800000) {
    // Subnormal: count in steps of 2^-24. The product is exact in float64.
    return sign | roundHalfToEven(Math.abs(float[0]) * 2 ** 24);
  }
  // Re-bias the exponent (127 → 15) and drop 13 bits; a carry runs into the exponent as it should.
  return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

/** Bytes of `dtype` (little-endian, as in the file) as floats. `bytes` must hold whole elements. */
export function decodeFloats(bytes: Uint8Array, dtype: FloatDtype, into: Float32Array): void {
  if (dtype === 'F32') {
    new Uint8Array(into.buffer, into.byteOffset, into.byteLength).set(bytes);
    return;
  }
  const halves = new Uint16Array(alignedCopy(bytes, 2));
  const table = halfTable(dtype);
  for (let index = 0; index < halves.length; index++) into[index] = table[halves[index]!]!;
}

/** Bits of an exponent that is all ones: infinity or NaN. */
const exponentMasks: Readonly<Record<FloatDtype, number>> = { F32: 0x7f80_0000, F16: 0x7c00, BF16: 0x7f80 };

/** Whether no value in these bytes of `dtype` is infinite or NaN. `bytes` must hold whole elements. */
export function allFinite(bytes: Uint8Array, dtype: FloatDtype): boolean {
  const mask = exponentMasks[dtype];
  const width = bytesOf(dtype);
  const { buffer, byteOffset } = bytes.byteOffset % width === 0 ? bytes : bytes.slice();
  const count = bytes.byteLength / width;
  const words = width === 4 ? new Uint32Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count);
  for (let index = 0; index < words.length; index++) if ((words[index]! & mask) === mask) return false;
  return true;
}

/** Floats as bytes of `dtype`, little-endian. */
export function encodeFloats(values: Float32Array, dtype: FloatDtype): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const convert = dtype === 'BF16' ? floatToBf16 : floatToF16;
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < values.length; index++) halves[index] = convert(values[index]!);
  return new Uint8Array(halves.buffer);
}

/** Typed arrays of wider elements need an aligned start; pieces of a file may begin anywhere. */
export function alignedCopy(bytes: Uint8Array, width: number): ArrayBuffer {
  if (
    bytes.byteOffset % width === 0 &&
    bytes.buffer instanceof ArrayBuffer &&
    bytes.byteLength === bytes.buffer.byteLength
  )
    return bytes.buffer;
  return bytes.slice().buffer;
}

const halfTables = new Map<FloatDtype, Float32Array>();

/** All 65,536 halves as floats: reading a gigabyte is then one lookup an element. */
function halfTable(dtype: 'F16' | 'BF16'): Float32Array {
  const known = halfTables.get(dtype);
  if (known !== undefined) return known;
  const convert = dtype === 'BF16' ? bf16ToFloat : f16ToFloat;
  const table = Float32Array.from({ length: 65_536 }, (_, half) => convert(half));
  halfTables.set(dtype, table);
  return table;
}
