/** All operators. Each function knows its shape rule and appends one node; gradients live in `autodiff/rules`. */

export * from './attention.ts';
export * from './elementwise.ts';
export * from './four-bit.ts';
export * from './indexing.ts';
export * from './int8.ts';
export * from './matrix.ts';
export * from './normalization.ts';
export * from './quantized.ts';
export * from './reduce.ts';
export * from './rotary.ts';
export * from './shape.ts';
