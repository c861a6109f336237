/** What the compiler cannot say: forgotten promises, unused names, markup that does not belong. */

import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';

/** What a module of Node offers for renaming and deleting, and the whole module, which offers it too. */
const impatient = (name) => ({
  name,
  importNames: ['default', 'promises', ...['rename', 'rm', 'rmdir', 'unlink'].flatMap((call) => [call, `${call}Sync`])],
  message: 'Others may hold the file for a moment: see native-models/disk/patient.ts.',
});

export default typescript.config(
  { ignores: ['dist/', 'release/', 'coverage/', 'test-results/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.svelte'],
    extends: [...typescript.configs.recommendedTypeChecked],
    languageOptions: {
      globals: globals.node,
      parserOptions: { projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': [
        'error',
        { checksVoidReturn: { arguments: false, attributes: false } },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An interface may ask for a promise where this implementation has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Numbers in sentences are wanted; objects in sentences are caught by no-base-to-string.
      '@typescript-eslint/restrict-template-expressions': 'off',
      // The compiler knows undefined names better, and knows the types of the browser and of Node.
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  {
    // On Windows others hold files for moments: `native-models/disk/patient.ts` is the one way to rename and to delete.
    files: ['native-models/**', 'src-main/**'],
    ignores: ['native-models/disk/patient.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: ['fs', 'node:fs', 'fs/promises', 'node:fs/promises'].map(impatient) },
      ],
    },
  },
  ...svelte.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: typescript.parser, projectService: true, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      // Our own router uses plain hash links.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    // Tests look at replies, reports and libraries from outside, where types end.
    files: ['test/**'],
    rules: {
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    // Programs that talk to a terminal.
    files: ['src-main/hosts/cli/**', 'native-models/starter/**', 'test/**', '*.config.{js,ts}'],
    rules: { 'no-console': 'off' },
  },
);
