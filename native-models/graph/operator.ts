/** What the rooms above `graph` must know of an operator; each is written down once, in its family's file in `ops`. */

import type { Node } from './graph.ts';

/** Domain of the operators that are defined by a graph of their own. */
export const ownDomain = 'usumaku';

export interface OperatorFacts {
  /** Left out: ONNX's own (https://onnx.ai/onnx/operators); `com.microsoft` is onnxruntime's. */
  readonly domain?: 'com.microsoft' | typeof ownDomain;
  /** `view`: the output is the first input's memory under another shape; numbers: inputs in whose memory it is computed. */
  readonly memory?: 'view' | readonly number[];
  /** Whether each row of the outputs (rows, size) needs only the same row of the inputs that have rows. */
  readonly rowwise?: true | ((node: Node) => boolean);
  /** The outputs are elements of the inputs, moved: whole numbers come out as wide as the first input is. */
  readonly moves?: true;
  /** The second input is indices: `narrow` ones may have 32 bits, `wide` ones have 64. */
  readonly indices?: 'narrow' | 'wide';
  /** The session keeps a packed copy of a second input that never changes. */
  readonly packsRight?: true;
}

/** An operator that a graph may have; there is one object for each, so that it can be asked for by identity. */
export interface Operator extends OperatorFacts {
  /** As ONNX calls it. */
  readonly name: string;
}
