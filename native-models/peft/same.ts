/** Whether a folder holds an adapter bit for bit: what was written is read back and compared, never trusted. */

import { ModelError } from '../errors.ts';
import { type LoraConfig, writeLoraConfig } from './config.ts';
import { type AdapterMatrices, readAdapter } from './format.ts';

interface Expected {
  readonly config: LoraConfig;
  readonly modules: ReadonlyMap<string, AdapterMatrices>;
}

/**
 * Reads the folder and compares its configuration and every matrix with what is expected; gives the number of tensors
 * that are equal. Raises `adapter-differs` by the name of the first module that is not, and what `readAdapter` raises.
 */
export async function requireSameAdapter(directory: string, expected: Expected): Promise<number> {
  const found = await readAdapter(directory);
  const complain = (reason: string) => new ModelError('adapter-differs', { path: directory, reason });
  if (writeLoraConfig(found.config) !== writeLoraConfig(expected.config))
    throw complain('the configuration is another');
  const names = new Set([...found.modules.keys(), ...expected.modules.keys()]);
  let tensors = 0;
  for (const name of names) {
    const [there, wanted] = [found.modules.get(name), expected.modules.get(name)];
    if (!there || !wanted) throw complain(`${name} is ${there ? 'added' : 'missing'}`);
    for (const part of ['A', 'B', 'magnitude'] as const) {
      if (there[part] === null && wanted[part] === null) continue;
      if (!sameBits(there[part], wanted[part])) throw complain(`${part} of ${name} is another`);
      tensors++;
    }
  }
  return tensors;
}

/** Equal as bits, so that neither −0 nor a rounding passes. */
export function sameBits(a: Float32Array | null, b: Float32Array | null): boolean {
  return a !== null && b !== null && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
