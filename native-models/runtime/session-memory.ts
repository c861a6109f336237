/** What onnxruntime takes beside the tensors of a graph, as measured: shared by all predictions of memory. */

export const floatBytes = 4;
/** To exist, and for each node. */
export const sessionBytes = 20e6;
export const nodeBytes = 6_000;
/** The arena rounds up and keeps gaps: measured over shapes from 4 to 500 million parameters it took 1.0 to 1.3 times. */
export const arenaShare = 1.2;
