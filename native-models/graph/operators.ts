/**
 * What is known of each operator, in one table: who adds an operator adds a line here, its function in `ops`, and its gradient
 * in `autodiff/rules`. Definitions: https://onnx.ai/onnx/operators and onnxruntime's ContribOperators.md; those in `ownDomain`
 * are defined by the functions in `ops` that append them.
 */

export interface OperatorFacts {
  /** `view`: the output is the first input's memory under another shape; numbers: inputs in whose memory it is computed. */
  readonly memory?: 'view' | readonly number[];
  /** Each element of the output needs the elements in its place alone. */
  readonly elementwise?: true;
  /** The outputs are elements of the inputs, moved: whole numbers come out as wide as the first input is. */
  readonly moves?: true;
  /** The session keeps a packed copy of a second input that never changes. */
  readonly packsRight?: true;
  /** Why nothing flows back through it; everything else has a rule in `autodiff/rules`. */
  readonly noGradient?: string;
}

const whole = 'its numbers are no real numbers that could change a little';
const flat = 'its output does not change with small changes';
const served = 'it serves only; training computes this otherwise';
const backward = 'it occurs only in gradients, which are not differentiated again';

const table = {
  Add: { memory: [0, 1], elementwise: true },
  Cast: { elementwise: true },
  Concat: { moves: true },
  ConstantOfShape: { noGradient: whole },
  DequantizeLinear: { noGradient: served },
  Div: { memory: [0, 1], elementwise: true },
  Exp: { noGradient: backward },
  Expand: { memory: [0], moves: true },
  Floor: { memory: [0], elementwise: true, noGradient: flat },
  FourBitMatMul: {},
  FourBitMatMulGradient: { noGradient: backward },
  Gather: { moves: true },
  GatherBlockQuantized: { noGradient: served },
  GatherElements: {},
  Gemm: { packsRight: true },
  GroupQueryAttention: { noGradient: served },
  Identity: { memory: 'view' },
  Int8MatMul: {},
  Int8MatMulGradient: { noGradient: backward },
  Less: { elementwise: true, noGradient: flat },
  Log: { noGradient: backward },
  MatMul: { packsRight: true },
  MatMulIntegerToFloat: { packsRight: true, noGradient: served },
  MatMulNBits: { noGradient: served },
  Max: { noGradient: backward },
  Mul: { memory: [0, 1], elementwise: true },
  Neg: { memory: [0], elementwise: true },
  QuantizeLinear: { noGradient: flat },
  QuickGelu: { elementwise: true },
  RMSNormalization: {},
  Range: { noGradient: whole },
  Reciprocal: { memory: [0], elementwise: true },
  ReduceLogSumExp: {},
  ReduceMax: { noGradient: served },
  ReduceMean: {},
  ReduceMin: { noGradient: served },
  ReduceSum: {},
  Reshape: { memory: 'view', moves: true },
  RotaryEmbedding: {},
  Round: { noGradient: flat },
  ScatterElements: { memory: [0], noGradient: backward },
  ScatterND: { memory: [0], noGradient: backward },
  Shape: { noGradient: whole },
  Sigmoid: { memory: [0], elementwise: true },
  Softmax: { memory: [0] },
  Split: { moves: true },
  Sqrt: { memory: [0], elementwise: true },
  Sub: { memory: [0, 1], elementwise: true },
  Tanh: { memory: [0], elementwise: true },
  Transpose: { moves: true },
  Where: { moves: true, noGradient: served },
} as const satisfies Readonly<Record<string, OperatorFacts>>;

/** The operators that a graph may have; another one is no type. */
export type OperatorName = keyof typeof table;

export const operators: Readonly<Record<OperatorName, OperatorFacts>> = table;
