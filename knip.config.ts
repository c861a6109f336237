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
    'src-renderer/{station,station-worker}.ts',
    'test/**/*.{test,spec}.ts',
    'test/bench/*.ts',
    'test/campaigns/{host,run}.ts',
    'test/pictures/icon.ts',
  ],
  project: ['{native-models,src-main,src-renderer,test}/**/*.{ts,svelte}', '*.config.{js,ts}'],
  ignoreExportsUsedInFile: true,
  // Of the operating system: tests fill a file system of their own where they may mount one, limit their own memory, make
  // pipes that are called like files, and have a unit of systemd checked where it is there.
  ignoreBinaries: ['mount', 'umount', 'prlimit', 'mkfifo', 'systemd-analyze'],
};

export default config;
