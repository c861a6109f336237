/** What this machine could compute on: onnxruntime's providers, graphics cards, processor and memory. Nothing is proven here. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus } from 'node:os';
import { dirname, join } from 'node:path';
import type { MachineReport, Provider } from '../jobs.ts';
import { graphicsCards, offered } from '../cards/graphics-cards.ts';
import { availableMemory, totalMemory } from '../memory/available.ts';
import { knownProviders } from '../runtime/capabilities.ts';
import * as onnxruntime from '../runtime/onnxruntime.ts';
import { engineVersion } from '../version.ts';
import { runtimeVersion } from '../runtime/session.ts';

/** Facts about the machine. No provider is started; Windows may take 20 seconds to number several cards. */
export async function describeMachine(): Promise<MachineReport> {
  return {
    ...offered(listedProviders(), await graphicsCards()),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    cpuCores: availableParallelism(),
    totalMemoryBytes: totalMemory(),
    freeMemoryBytes: availableMemory(),
    onnxruntimeVersion: runtimeVersion,
    engineVersion,
  };
}

/** Providers that are in the runtime, and CUDA where somebody put its library beside it. */
function listedProviders(): readonly Provider[] {
  const backends = new Map(onnxruntime.listSupportedBackends().map(({ name, bundled }) => [name, bundled]));
  return knownProviders.filter((name) => backends.get(name) === true || (name === 'cuda' && cudaLibraryPresent()));
}

/** CUDA is no part of the package: its provider is a library of its own that has to lie beside the runtime. */
function cudaLibraryPresent(): boolean {
  const name = process.platform === 'win32' ? 'onnxruntime_providers_cuda.dll' : 'libonnxruntime_providers_cuda.so';
  try {
    const root = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'));
    return existsSync(join(root, 'bin', 'napi-v6', process.platform, process.arch, name));
  } catch {
    return false;
  }
}
