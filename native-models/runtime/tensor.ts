/** A dense array with its shape: what goes into and comes out of a run. */

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

export interface Tensor {
  readonly dataType: 'float32' | 'int64' | 'int32' | 'uint8';
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** What a run left in the memory of its device, as an input of later runs there. */
export interface DeviceTensor {
  readonly shape: readonly number[];
  /** Whether it is gone, as all are whose session is closed. */
  readonly released: boolean;
  /** Frees it; nobody may use it afterwards. */
  release(): void;
}

/** By name: inputs or outputs of a run. */
export type Tensors = Readonly<Record<string, Tensor | DeviceTensor>>;

/** By name, where all are on a device. */
export type DeviceTensors = Readonly<Record<string, DeviceTensor>>;

/** A float32 tensor; throws where shape and length disagree. */
export function floatTensor(data: Float32Array, shape: readonly number[]): Tensor {
  return checked({ dataType: 'float32', shape, data });
}

/** An int64 tensor from whole numbers. */
export function integerTensor(numbers: ArrayLike<number>, shape: readonly number[]): Tensor {
  return checked({
    dataType: 'int64',
    shape,
    data: BigInt64Array.from(numbers as number[], (number) => BigInt(number)),
  });
}

/** An int32 tensor from whole numbers. */
export function int32Tensor(numbers: readonly number[], shape: readonly number[]): Tensor {
  return checked({ dataType: 'int32', shape, data: Int32Array.from(numbers) });
}

/** The elements as float32; throws for any other type, and for a tensor on a device. */
export function floatsOf(tensor: Tensor | DeviceTensor | undefined): Float32Array {
  if (!tensor || !('data' in tensor && tensor.data instanceof Float32Array)) {
    throw new Error('a float32 tensor in memory was expected');
  }
  return tensor.data;
}

/**
 * Gives the memory of an array, and of all that share it, back at once; nobody may use them afterwards. V8 collects arrays
 * late: some 60 MB of them, such as the logits of earlier tokens, would stay in memory.
 */
export function discard({ buffer }: Float32Array): void {
  if (buffer instanceof ArrayBuffer && !buffer.detached) buffer.transfer(0);
}

function checked(tensor: Tensor): Tensor {
  const size = tensor.shape.reduce((product, dimension) => product * dimension, 1);
  if (size !== tensor.data.length) {
    throw new Error(`${tensor.data.length} elements do not fill the shape [${tensor.shape.join(', ')}]`);
  }
  return tensor;
}
