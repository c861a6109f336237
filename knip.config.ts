/** What nothing uses is deleted; this says where using begins. */

import type { KnipConfig } from 'knip';

const config: KnipConfig = {
  entry: [
    'native-models/index.ts',
    'native-models/starter/*.ts',
    'native-models/starter/sample-plant/write.ts',
    'src-main/engine/model-process.ts',
    'src-main/importers/reading-process.ts',
    'src-main/hosts/cli/{main,poc}.ts',
    'src-main/hosts/electron/{main,preload,bundle,package}.ts',
    'test/**/*.{test,spec}.ts',
    'test/bench/*.ts',
    'test/campaigns/{host,run}.ts',
    'test/pictures/icon.ts',
  ],
  project: ['{native-models,src-main,src-renderer,test}/**/*.{ts,svelte}', '*.config.{js,ts}'],
  ignoreExportsUsedInFile: true,
  // Of the operating system: a test fills a file system of its own where it may mount one, another limits its own memory.
  ignoreBinaries: ['mount', 'umount', 'prlimit'],
};

export default config;
