/** A model's weights as transformers' `save_pretrained` lays them out: one file, or shards with an index where it would be too large. */

import { join } from 'node:path';
import { indexFile, singleFile } from './checkpoint-folder.ts';
import { bytesOf } from './dtypes.ts';
import { writeFileDurably } from './files.ts';
import { type TensorToWrite, writeSafetensors } from './safetensors.ts';

/** transformers' and huggingface_hub's `max_shard_size` of 5 GB, decimal as theirs. */
const usualShardBytes = 5e9;

/** What transformers says of its files, and expects of them. */
const metadata = { format: 'pt' };

/**
 * Writes `model.safetensors`, or `model-00001-of-0000n.safetensors` and `model.safetensors.index.json`. A shard is closed
 * when the next tensor would make it larger than `largestBytes`; a larger tensor has a shard of its own.
 * https://huggingface.co/docs/huggingface_hub/package_reference/serialization. Raises `disk-full` or `file-unwritable`.
 */
export async function writeWeights(
  folder: string,
  tensors: readonly TensorToWrite[],
  largestBytes = usualShardBytes,
): Promise<void> {
  const shards = splitIntoShards(tensors, largestBytes);
  if (shards.length === 1) return writeSafetensors(join(folder, singleFile), tensors, metadata);
  const number = (place: number): string => String(place).padStart(5, '0');
  const weightMap: Record<string, string> = {};
  for (const [index, shard] of shards.entries()) {
    const file = `model-${number(index + 1)}-of-${number(shards.length)}.safetensors`;
    await writeSafetensors(join(folder, file), shard, metadata);
    for (const { name } of shard) weightMap[name] = file;
  }
  const total = tensors.reduce((sum, tensor) => sum + sizeOf(tensor), 0);
  const index = { metadata: { total_size: total }, weight_map: weightMap };
  await writeFileDurably(join(folder, indexFile), `${JSON.stringify(index, null, 2)}\n`);
}

function splitIntoShards(tensors: readonly TensorToWrite[], largestBytes: number): readonly TensorToWrite[][] {
  const shards: TensorToWrite[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors) {
    const size = sizeOf(tensor);
    if (bytes > 0 && bytes + size > largestBytes) {
      shards.push([]);
      bytes = 0;
    }
    shards.at(-1)!.push(tensor);
    bytes += size;
  }
  return shards;
}

function sizeOf({ dtype, shape }: TensorToWrite): number {
  return shape.reduce((product, size) => product * size, bytesOf(dtype));
}
