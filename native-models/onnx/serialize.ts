/** Writes a graph as an ONNX model (https://onnx.ai/onnx/repo-docs/IR.html). Only graphs written here are ever loaded. */

import { create, toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProto,
  AttributeProtoSchema,
  type FunctionProto,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as ProtoDataType,
  type TensorProto,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
import { type Attribute, type ConstantData, type DataType, type Graph, type Value } from '../graph/graph.ts';
import { ownDomain } from '../graph/operator.ts';

/** Operator set of the standard domain that all our graphs use. */
export const operatorSetVersion = 23;
const irVersion = 11n;

/** ONNX's numbers for the element types. */
export const protoDataTypes: Record<DataType, ProtoDataType> = {
  float32: ProtoDataType.FLOAT,
  float16: ProtoDataType.FLOAT16,
  bfloat16: ProtoDataType.BFLOAT16,
  int64: ProtoDataType.INT64,
  int32: ProtoDataType.INT32,
  uint8: ProtoDataType.UINT8,
  int8: ProtoDataType.INT8,
  bool: ProtoDataType.BOOL,
  uint4: ProtoDataType.UINT4,
};

/** The model as protobuf bytes. */
export function serializeGraph(graph: Graph): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'usumaku',
    opsetImport: operatorSets([ownDomain]),
    functions: [...graph.functions].map(([{ name }, body]) => functionProto(name, body)),
    graph: create(GraphProtoSchema, {
      name: graph.name,
      input: graph.inputs.map((value) => valueInfo(value.name, value)),
      output: graph.outputs.map(({ name, value }) => valueInfo(name, value)),
      initializer: [...graph.externals.keys()].map((value) => externalTensor(graph, value)),
      node: [
        ...nodeProtos(graph),
        // Output names are the caller's; an Identity is folded away by onnxruntime.
        ...graph.outputs.map(({ name, value }) =>
          create(NodeProtoSchema, { name: `output_${name}`, opType: 'Identity', input: [value.name], output: [name] }),
        ),
      ],
    }),
  });
  return withConstants(toBinary(ModelProtoSchema, model), graph.constants);
}

const { graph: graphField } = ModelProtoSchema.field;
const { initializer: initializerField } = GraphProtoSchema.field;
const { rawData: rawDataField } = TensorProtoSchema.field;

/**
 * Appends the constants as one more part of the graph, which readers merge with the first
 * (https://protobuf.dev/programming-guides/encoding/#last-one-wins): so large ones are copied once, not at every level.
 */
function withConstants(model: Uint8Array, constants: Graph['constants']): Uint8Array {
  const parts = [...constants].flatMap(([value, data]) => {
    const tensor = toBinary(TensorProtoSchema, create(TensorProtoSchema, description(value)));
    const raw = bytesOf(data);
    const start = Buffer.concat([tensor, lengthOf(rawDataField, raw.length)]);
    return [lengthOf(initializerField, start.length + raw.length), start, raw];
  });
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([model, lengthOf(graphField, length), ...parts]);
}

/** The beginning of a field of so many bytes. */
function lengthOf({ number }: { readonly number: number }, length: number): Uint8Array {
  return new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(length).finish();
}

function operatorSets(own: readonly string[]) {
  return [
    create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(operatorSetVersion) }),
    ...['com.microsoft', ...own].map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n })),
  ];
}

function nodeProtos(graph: Graph): NodeProto[] {
  return graph.nodes.map((node) =>
    create(NodeProtoSchema, {
      name: node.outputs[0]?.name ?? node.operator.name,
      opType: node.operator.name,
      domain: node.operator.domain ?? '',
      input: node.inputs.map((input) => input?.name ?? ''),
      output: node.outputs.map((output) => output.name),
      attribute: Object.entries(node.attributes).map(([name, attribute]) => attributeProto(name, attribute)),
    }),
  );
}

/** A graph as an operator: functions hold no initializers, so its constants become nodes. */
function functionProto(name: string, body: Graph): FunctionProto {
  const constants = [...body.constants].map(([value, data]) =>
    create(NodeProtoSchema, {
      name: value.name,
      opType: 'Constant',
      output: [value.name],
      attribute: [
        create(AttributeProtoSchema, { name: 'value', type: AttributeType.TENSOR, t: inlineTensor(value, data) }),
      ],
    }),
  );
  return create(FunctionProtoSchema, {
    name,
    domain: ownDomain,
    opsetImport: operatorSets([]),
    input: body.inputs.map((value) => value.name),
    output: body.outputs.map(({ value }) => value.name),
    node: [...constants, ...nodeProtos(body)],
  });
}

function valueInfo(name: string, value: Value): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: create(TypeProtoSchema, {
      value: {
        case: 'tensorType',
        value: create(TypeProto_TensorSchema, {
          elemType: protoDataTypes[value.dataType],
          shape: create(TensorShapeProtoSchema, {
            dim: value.shape.map((dimension) =>
              create(TensorShapeProto_DimensionSchema, {
                value:
                  typeof dimension === 'number'
                    ? { case: 'dimValue', value: BigInt(dimension) }
                    : { case: 'dimParam', value: dimension },
              }),
            ),
          }),
        }),
      },
    }),
  });
}

function inlineTensor(value: Value, data: ConstantData): TensorProto {
  return create(TensorProtoSchema, { ...description(value), rawData: bytesOf(data) });
}

const description = (value: Value) => ({
  name: value.name,
  dataType: protoDataTypes[value.dataType],
  dims: value.shape.map((dimension) => BigInt(dimension)),
});

const bytesOf = (data: ConstantData) => new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);

function externalTensor(graph: Graph, value: Value): TensorProto {
  const { location, offset, length, prepacked } = graph.externals.get(value)!;
  const entries = {
    location,
    offset,
    length,
    // onnxruntime's own entry; the last number is a checksum that it does not use.
    ...(prepacked ? { prepacked_0: `${prepacked.key}|${prepacked.offset};${prepacked.length};0` } : {}),
  };
  return create(TensorProtoSchema, {
    ...description(value),
    dataLocation: DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, entry]) =>
      create(StringStringEntryProtoSchema, { key, value: String(entry) }),
    ),
  });
}

function attributeProto(name: string, attribute: Attribute): AttributeProto {
  const fields = ((): Partial<AttributeProto> => {
    if (typeof attribute === 'number') return { type: AttributeType.INT, i: BigInt(attribute) };
    if (typeof attribute === 'string') return { type: AttributeType.STRING, s: new TextEncoder().encode(attribute) };
    if ('float' in attribute) return { type: AttributeType.FLOAT, f: attribute.float };
    if ('dataType' in attribute) return { type: AttributeType.INT, i: BigInt(protoDataTypes[attribute.dataType]) };
    return { type: AttributeType.INTS, ints: attribute.map((number) => BigInt(number)) };
  })();
  return create(AttributeProtoSchema, { name, ...fields } as never);
}
