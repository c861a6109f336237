/** All operators, a family a file: facts, gradient, and the function that appends one node with its shape. */

import { attentionOperators } from './attention.ts';
import { elementwiseOperators } from './elementwise.ts';
import { fourBitOperators } from './four-bit.ts';
import { indexingOperators } from './indexing.ts';
import { int8Operators } from './int8.ts';
import { levelOperators } from './levels.ts';
import { matrixOperators } from './matrix.ts';
import { normalizationOperators } from './normalization.ts';
import { quantizedOperators } from './quantized.ts';
import { reduceOperators } from './reduce.ts';
import { rotaryOperators } from './rotary.ts';
import { shapeOperators } from './shape.ts';

export * from './attention.ts';
export * from './elementwise.ts';
export * from './four-bit.ts';
export * from './indexing.ts';
export * from './int8.ts';
export * from './levels.ts';
export * from './matrix.ts';
export * from './normalization.ts';
export * from './quantized.ts';
export * from './reduce.ts';
export * from './rotary.ts';
export * from './shape.ts';
export type { DefinedOperator } from './operator.ts';

/** Every operator by its name. */
export const operators = {
  ...attentionOperators,
  ...elementwiseOperators,
  ...fourBitOperators,
  ...indexingOperators,
  ...int8Operators,
  ...levelOperators,
  ...matrixOperators,
  ...normalizationOperators,
  ...quantizedOperators,
  ...reduceOperators,
  ...rotaryOperators,
  ...shapeOperators,
};
