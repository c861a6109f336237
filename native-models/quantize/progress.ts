/** Who hears that a model is being quantized: it happens once for each precision, in whichever job asks for it first. */

import type { QuantizeProgress } from '../jobs.ts';

type Listener = (progress: QuantizeProgress | null) => void;

let listener: Listener = () => {};

/** Tells, from now on, how far the matrices of any job in this process are; null: none is made any more. One listener. */
export function onQuantizing(hear: Listener): void {
  listener = hear;
}

export const tellQuantizing: Listener = (progress) => listener(progress);
