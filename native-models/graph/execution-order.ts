/** The order in which onnxruntime runs a graph: it decides which values live at the same time. */

import type { Graph, Node, Value } from './graph.ts';

/**
 * Depth first from the nodes that nothing reads, the last of them first, and into the inputs, the last producer first:
 * onnxruntime's default topological order (`GraphViewer`, `Graph::ReverseDFSFrom`).
 * https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/graph/graph_viewer.cc
 */
export function executionOrder(graph: Graph): readonly Node[] {
  const place = new Map(graph.nodes.map((node, index) => [node, index]));
  const producers = (node: Node): readonly Node[] =>
    [...new Set(node.inputs.flatMap((input) => input?.producer ?? []))].sort((a, b) => place.get(a)! - place.get(b)!);
  const read = new Set<Value | undefined>(graph.nodes.flatMap(({ inputs }) => inputs));
  const order: Node[] = [];
  const seen = new Set<Node>();
  const stack = graph.nodes
    .filter(({ outputs }) => !outputs.some((output) => read.has(output)))
    .map((node) => ({ node, done: false }));
  for (let entry = stack.pop(); entry; entry = stack.pop()) {
    const { node, done } = entry;
    if (done) order.push(node);
    if (done || seen.has(node)) continue;
    seen.add(node);
    stack.push({ node, done: true });
    for (const producer of producers(node)) if (!seen.has(producer)) stack.push({ node: producer, done: false });
  }
  return order;
}
