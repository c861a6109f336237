/** Builds what Electron runs: main and model process as ES modules, the sandboxed preload as one CommonJS file. */

import { join, resolve } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { newest } from '../renderer-build.ts';

/** Electron's own module, and the libraries that bring native files: they stay in node_modules. */
const external = ['electron', 'better-sqlite3', 'onnxruntime-node', 'onnxruntime-common'];

/** What the bundles are made of, relative to the root of the project. */
const sources = ['src-main', 'native-models', 'package.json', 'package-lock.json'];

/** Bundles where a source is newer than the bundles, or nothing was bundled yet. */
export async function bundleElectronIfStale(root: string): Promise<void> {
  // Written last.
  const builtAt = newest(join(root, 'dist', 'electron', 'preload.cjs'));
  if (sources.some((source) => newest(join(root, source)) > builtAt)) await bundleElectron(root);
}

/** Writes `dist/electron/{main.js,worker.js,preload.cjs}` under `root`. */
async function bundleElectron(root: string): Promise<void> {
  await build(
    configuration(root, 'es', {
      main: 'src-main/hosts/electron/main.ts',
      worker: 'src-main/engine/model-process.ts',
    }),
  );
  await build(configuration(root, 'cjs', { preload: 'src-main/hosts/electron/preload.ts' }));
}

function configuration(root: string, format: 'es' | 'cjs', entries: Readonly<Record<string, string>>): InlineConfig {
  return {
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      target: 'node24',
      outDir: 'dist/electron',
      emptyOutDir: false,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(Object.entries(entries).map(([name, path]) => [name, resolve(root, path)])),
        external,
        output: { format, entryFileNames: format === 'cjs' ? '[name].cjs' : '[name].js' },
      },
    },
  };
}

if (import.meta.main) await bundleElectron(resolve(import.meta.dirname, '../../..'));
