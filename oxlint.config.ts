/** What the compiler cannot say of TypeScript: forgotten promises, unused names, ways that are closed. Markup: eslint.config.js. */

import { defineConfig } from 'oxlint';

/** On Windows others hold files for moments: `native-models/disk/patient.ts` is the one way to rename and to delete. */
const impatient = ['fs', 'node:fs', 'fs/promises', 'node:fs/promises'].map((name) => ({
  name,
  importNames: ['default', 'promises', ...['rename', 'rm', 'rmdir', 'unlink'].flatMap((each) => [each, `${each}Sync`])],
  message: 'Others may hold the file for a moment: see native-models/disk/patient.ts.',
}));

/** What typescript-eslint recommends where types are known, but for what is said below. */
const typed = [
  'await-thenable',
  'ban-ts-comment',
  'consistent-type-imports',
  'no-array-delete',
  'no-base-to-string',
  'no-duplicate-type-constituents',
  'no-empty-object-type',
  'no-explicit-any',
  'no-floating-promises',
  'no-for-in-array',
  'no-implied-eval',
  'no-namespace',
  'no-redundant-type-constituents',
  'no-require-imports',
  'no-unnecessary-type-assertion',
  'no-unnecessary-type-constraint',
  'no-unsafe-argument',
  'no-unsafe-assignment',
  'no-unsafe-call',
  'no-unsafe-enum-comparison',
  'no-unsafe-function-type',
  'no-unsafe-member-access',
  'no-unsafe-return',
  'no-unsafe-unary-minus',
  'only-throw-error',
  'prefer-promise-reject-errors',
  'restrict-plus-operands',
  'unbound-method',
].map((name) => [`typescript/${name}`, 'error'] as const);

/** Beyond what is plainly wrong, which the category says. */
const plain = [
  'no-array-constructor',
  'no-case-declarations',
  'no-console',
  'no-constant-condition',
  'no-empty',
  'no-fallthrough',
  'no-prototype-builtins',
  'no-regex-spaces',
  'no-unused-expressions',
  'no-var',
  'prefer-const',
  'prefer-rest-params',
  'prefer-spread',
  'preserve-caught-error',
].map((name) => [name, 'error'] as const);

export default defineConfig({
  plugins: ['eslint', 'typescript', 'oxc'],
  categories: { correctness: 'error' },
  options: { typeAware: true },
  ignorePatterns: ['dist/', 'release/', 'coverage/', 'test-results/', 'node_modules/', '**/*.svelte'],
  rules: {
    ...Object.fromEntries([...typed, ...plain]),
    eqeqeq: ['error', 'always', { null: 'ignore' }],
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: false } }],
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    // An interface may ask for a promise where this implementation has nothing to wait for.
    'typescript/require-await': 'off',
    // Code points are what is meant where a text is spread; graphemes come from Intl.Segmenter.
    'typescript/no-misused-spread': 'off',
    // Says that an assertion's value is not that of the property.
    'typescript/no-meaningless-void-operator': 'off',
    // Numbers in sentences are wanted; objects in sentences are caught by no-base-to-string.
    'typescript/restrict-template-expressions': 'off',
  },
  overrides: [
    {
      files: ['native-models/**', 'src-main/**'],
      rules: { 'no-restricted-imports': ['error', { paths: impatient }] },
    },
    { files: ['native-models/disk/patient.ts'], rules: { 'no-restricted-imports': 'off' } },
    {
      // Tests look at replies, reports and libraries from outside, where types end; so do the settings of tools.
      files: ['test/**', '**/*.js'],
      rules: Object.fromEntries(
        ['argument', 'assignment', 'call', 'member-access', 'return'].map((what) => [
          `typescript/no-unsafe-${what}`,
          'off',
        ]),
      ),
    },
    {
      // Programs that talk to a terminal.
      files: ['src-main/hosts/cli/**', 'native-models/starter/**', 'test/**', '*.config.{js,ts}'],
      rules: { 'no-console': 'off' },
    },
  ],
});
