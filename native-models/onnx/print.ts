/** Prints a graph in the ONNX text form (https://onnx.ai/onnx/repo-docs/Syntax.html), for errors and tests. */

import type { Attribute, Graph, Value } from '../graph/graph.ts';

/** One line a node, inputs and outputs with their shapes. Constants are named, not printed. */
export function printGraph(graph: Graph): string {
  const typed = (value: Value, name = value.name): string => `${value.dataType}[${value.shape.join(', ')}] ${name}`;
  const attribute = (entry: Attribute): string => {
    if (typeof entry === 'number' || typeof entry === 'string') return JSON.stringify(entry);
    if ('float' in entry) return String(entry.float);
    if ('dataType' in entry) return entry.dataType;
    return `[${entry.join(', ')}]`;
  };
  const lines = graph.nodes.map((node) => {
    const attributes = Object.entries(node.attributes).map(([name, entry]) => `${name} = ${attribute(entry)}`);
    const operator = node.domain ? `${node.domain}.${node.operator}` : node.operator;
    const list = attributes.length > 0 ? ` <${attributes.join(', ')}>` : '';
    const inputs = node.inputs.map((input) => input?.name ?? '').join(', ');
    return `  ${node.outputs.map((output) => typed(output)).join(', ')} = ${operator}${list}(${inputs})`;
  });
  const inputs = graph.inputs.map((value) => typed(value)).join(', ');
  const outputs = graph.outputs.map(({ name, value }) => typed(value, name)).join(', ');
  return `${graph.name} (${inputs}) => (${outputs}) {\n${lines.join('\n')}\n}`;
}
