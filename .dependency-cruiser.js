/** Which way arrows point. `npm run check` fails where one points back. */

import { readdirSync } from 'node:fs';

const forbid = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

/**
 * Floors from the ground up: a room imports from floors below its own alone, types too. A room that stands on no floor, or a
 * name without a room, is an error.
 */
function floors(house, plan) {
  const planned = plan.flat();
  const built = readdirSync(house, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const odd = [...planned.filter((room) => !built.includes(room)), ...built.filter((room) => !planned.includes(room))];
  if (odd.length > 0) throw new Error(`.dependency-cruiser.js and ${house} differ in ${odd.join(', ')}.`);
  return plan.flatMap((rooms, floor) =>
    rooms.flatMap((room) => {
      const notBelow = plan
        .slice(floor)
        .flat()
        .filter((other) => other !== room);
      // No path at all would forbid everything.
      if (notBelow.length === 0) return [];
      return forbid(
        `${house}/${room}-looks-down`,
        'A room imports from floors below its own alone.',
        { path: `^${house}/${room}/` },
        { path: notBelow.map((other) => `^${house}/${other}/`) },
      );
    }),
  );
}

export default {
  forbidden: [
    forbid(
      'no-cycles',
      'Nothing may need itself.',
      {},
      { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    ),
    forbid('nothing-missing', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
    forbid(
      'machine-room-stands-alone',
      'native-models could be published on its own.',
      { path: '^native-models/' },
      { path: '^(src-main|src-renderer|test)/' },
    ),
    forbid(
      'only-the-worker-enters-the-machine-room',
      'Model work lives in its own process. Jobs, which are plain data, and types of errors may be named by contract and engine; how files are renamed and deleted is the same in both rooms.',
      { path: '^src-main/', pathNot: '^src-main/engine/worker\\.ts$' },
      { path: '^native-models/', pathNot: '^native-models/(disk|system|jobs)/', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'only-hallway-and-engine-name-jobs',
      'Elsewhere the contract carries the types on.',
      { path: '^src-main/', pathNot: '^src-main/(contract|engine)/' },
      { path: '^native-models/', pathNot: '^native-models/(disk|system)/' },
    ),
    forbid(
      'hallway-needs-nobody',
      'The contract imports nothing of the office.',
      { path: '^src-main/contract/' },
      { path: '^src-(main|renderer)/', pathNot: '^src-main/contract/' },
    ),
    forbid(
      'rules-are-pure',
      'domain knows the contract alone.',
      { path: '^src-main/domain/' },
      { path: '^src-main/', pathNot: '^src-main/(contract|domain)/' },
    ),
    forbid(
      'lower-floors-do-not-look-up',
      'contract ← domain ← store, services ← compose ← hosts',
      { path: '^src-main/(store|services|engine|importers|exporters|serving)/' },
      { path: '^src-main/(compose\\.ts|hosts/)' },
    ),
    forbid(
      'store-serves',
      'The store does not know who asks.',
      { path: '^src-main/store/' },
      { path: '^src-main/(services|engine|serving|importers|exporters)/' },
    ),
    forbid(
      'commands-work-through-services',
      'What a command does with folders, the office does by the same functions; the engine itself is opened at one place.',
      { path: '^src-main/hosts/cli/', pathNot: '^src-main/hosts/cli/engine\\.ts$' },
      { path: '^src-main/engine/', pathNot: '^src-main/engine/fork-process\\.ts$', dependencyTypesNot: ['type-only'] },
    ),
    forbid(
      'compose-opens-no-door',
      'Hosts import compose, never the other way.',
      { path: '^src-main/compose\\.ts$' },
      { path: '^src-main/hosts/' },
    ),
    forbid(
      'window-knows-the-hallway-alone',
      'src-renderer imports the contract and nothing else.',
      { path: '^src-renderer/' },
      { path: '^(native-models|test|src-main)/', pathNot: '^src-main/contract/' },
    ),
    forbid('sqlite-in-the-store', '', { pathNot: '^(src-main/store|test)/' }, { path: 'node_modules/better-sqlite3/' }),
    forbid(
      'electron-in-its-host',
      '',
      { pathNot: '^(src-main/hosts/electron|test)/' },
      { path: 'node_modules/electron/' },
    ),
    forbid(
      'onnxruntime-behind-one-door',
      'Whoever opens it has told it to send nothing home.',
      { pathNot: '^(native-models/runtime/onnxruntime\\.ts|test/)' },
      { path: 'node_modules/onnxruntime-(node|common)/' },
    ),
    forbid(
      'tokenizers-in-the-machine-room',
      'A hostile expression ends the process that reads it: never the host.',
      { pathNot: '^(native-models/text/library\\.ts|test/)' },
      { path: 'node_modules/tokenizers/' },
    ),
    ...floors('native-models', [
      ['disk', 'system', 'jobs'],
      ['cards', 'graph', 'weights'],
      ['memory', 'metrics', 'onnx', 'ops'],
      ['autodiff', 'nn', 'passes'],
      ['architectures', 'runtime'],
      ['text'],
      ['models'],
      ['peft', 'quantize'],
      ['lora'],
      ['generate'],
      ['adapters', 'rewording'],
      ['train'],
      ['evaluate', 'machine', 'starter'],
    ]),
    ...floors('src-renderer/features', [
      ['folders'],
      ['collect', 'models', 'operate', 'prove', 'serving', 'train'],
      ['govern', 'setup'],
      ['rollout'],
      ['shell'],
      ['station'],
    ]),
    forbid(
      'files-need-nobody',
      'Both rooms rename and delete through disk, and ask Windows through system, so they bring nothing along.',
      { path: '^native-models/(disk|system)/' },
      { path: '^(native-models|src-main|node_modules)/', pathNot: '^native-models/(disk|system)/' },
    ),
    forbid(
      'no-test-in-the-house',
      'Tests import the house.',
      { path: '^(native-models|src-main|src-renderer)/' },
      { path: '^test/' },
    ),
    forbid(
      'what-ships-is-a-dependency',
      'The packed app has no devDependencies.',
      { path: '^(native-models|src-main)/', pathNot: '^src-main/hosts/(electron|desktop)/|renderer-build' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'node', 'require', 'default', 'types'],
      extensions: ['.ts', '.js', '.svelte', '.json'],
    },
  },
};
