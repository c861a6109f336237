/** SwiftShader, the software Vulkan driver beside Chromium: a GPU for machines without one. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Folders in which Chromium packages keep SwiftShader and a Vulkan loader. */
const chromiumFolders = ['/usr/lib/chromium', '/usr/lib/chromium-browser', '/opt/google/chrome'];

/** Where it lies and the environment in which WebGPU uses it; undefined where there is none. */
export function swiftShader(): { readonly folder: string; readonly environment: NodeJS.ProcessEnv } | undefined {
  const folder = chromiumFolders.find((candidate) => existsSync(join(candidate, 'vk_swiftshader_icd.json')));
  if (folder === undefined) return undefined;
  const driver = join(folder, 'vk_swiftshader_icd.json');
  const libraries = [folder, process.env.LD_LIBRARY_PATH].filter(Boolean).join(':');
  return {
    folder,
    environment: { VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver, LD_LIBRARY_PATH: libraries },
  };
}
