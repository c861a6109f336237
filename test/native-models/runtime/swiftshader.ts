/** SwiftShader, the software Vulkan driver beside Chromium: a GPU for machines without one. */

import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromiumPath } from '../../fixtures/chromium.ts';

/** Folders in which Chromium packages keep SwiftShader and a Vulkan loader. */
const chromiumFolders = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/opt/microsoft/msedge',
  // Playwright's own keeps them beside its program.
  ...(chromiumPath === undefined ? [] : [dirname(chromiumPath)]),
];

/** What a test that needs it and is skipped bears in its title. */
export const noSwiftShader = '(skipped: no software GPU here; on Linux it comes with Chromium)';

/** Where nobody is logged in it is not set, and a library of the driver complains. */
export const runtimeFolder: NodeJS.ProcessEnv = { XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? tmpdir() };

/**
 * Where it lies and the environment in which WebGPU uses it; undefined where there is none, and on Windows and macOS, where
 * the runtime's WebGPU knows Direct3D and Metal alone.
 */
export function swiftShader(): { readonly folder: string; readonly environment: NodeJS.ProcessEnv } | undefined {
  if (process.platform !== 'linux') return undefined;
  const folder = chromiumFolders.find((candidate) => existsSync(join(candidate, 'vk_swiftshader_icd.json')));
  if (folder === undefined) return undefined;
  const driver = join(folder, 'vk_swiftshader_icd.json');
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return {
    folder,
    environment: { ...runtimeFolder, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraries },
  };
}
