/** Builds what Electron runs: main, model and reading process as ES modules, the sandboxed preload as one CommonJS file. */

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { build, type InlineConfig } from 'vite';
import { moveNow, tidyUp } from '../../../native-models/disk/patient.ts';
import { newest } from '../renderer-build.ts';

/** Electron's own module, and the libraries that bring native files: they stay in node_modules. */
const external = ['electron', 'better-sqlite3', 'onnxruntime-node', 'onnxruntime-common', 'tokenizers'];

/** What the bundles are made of, relative to the root of the project. */
const sources = ['src-main', 'native-models', 'package.json', 'package-lock.json'];

/** Bundles where a source is newer than the bundles, or nothing was bundled yet. */
export async function bundleElectronIfStale(root: string): Promise<void> {
  // Written last.
  const builtAt = newest(join(root, 'dist', 'electron', 'preload.cjs'));
  if (sources.some((source) => newest(join(root, source)) > builtAt)) await bundleElectron(root);
}

/** Writes `dist/electron/{main.js,worker.js,reader.js,preload.cjs}` under `root`. */
async function bundleElectron(root: string): Promise<void> {
  const place = join(root, 'dist', 'electron');
  // Beside its place, file after file moved in: what runs already, or another start, never meets half a file.
  const fresh = `${place}-${randomUUID()}`;
  try {
    await build(
      configuration(root, fresh, 'es', {
        main: 'src-main/hosts/electron/main.ts',
        worker: 'src-main/engine/model-process.ts',
        reader: 'src-main/importers/reading-process.ts',
      }),
    );
    moveFiles(fresh, place);
    await build(configuration(root, fresh, 'cjs', { preload: 'src-main/hosts/electron/preload.ts' }));
    moveFiles(fresh, place);
  } finally {
    await tidyUp(fresh);
  }
}

function moveFiles(from: string, to: string): void {
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue;
    const path = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, path));
    mkdirSync(dirname(target), { recursive: true });
    moveNow(path, target);
  }
}

function configuration(
  root: string,
  outDir: string,
  format: 'es' | 'cjs',
  entries: Readonly<Record<string, string>>,
): InlineConfig {
  return {
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    ssr: { noExternal: true, external },
    build: {
      ssr: true,
      target: 'node24',
      outDir,
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
