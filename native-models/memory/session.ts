/** What onnxruntime takes beside the tensors of a graph, as measured: shared by all predictions of memory. */

export const floatBytes = 4;
/** To exist, and for each node. */
export const sessionBytes = 20e6;
export const nodeBytes = 6_000;
const mebibyte = 2 ** 20;
const largestRegion = 1024 * mebibyte;
/** Gaps between values, at least. */
const gapShare = 1.05;
/** With the gaps that were measured over shapes from 4 to 500 million parameters: 1.0 to 1.3 times what lives. */
const arenaShare = 1.2;

/**
 * Bytes that the arena takes for values of which so many live at once. It grows by regions, each as large as all before
 * it up to 1 GiB, and keeps them (`BFCArena::Extend`). Of several of 1 GiB the newest is filled first in the next run, so
 * that from the second run on all are in use, whole.
 * https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/framework/bfc_arena.cc
 */
export function arenaBytes(live: number): number {
  let regions = mebibyte;
  while (regions < gapShare * live) regions += Math.min(regions, largestRegion);
  return regions > 2 * largestRegion ? regions : Math.min(regions, arenaShare * live);
}
