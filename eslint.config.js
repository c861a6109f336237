/**
 * What the compiler cannot say of the screens' markup and the scripts in it. Types there are svelte-check's: rules that ask
 * for them cost a minute of two cores. TypeScript outside of it: oxlint.config.ts.
 */

import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';

export default typescript.config(
  { ignores: ['dist/', 'release/', 'coverage/', 'test-results/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    extends: [...typescript.configs.recommended],
    languageOptions: {
      globals: globals.browser,
      parserOptions: { parser: typescript.parser, extraFileExtensions: ['.svelte'] },
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // The compiler knows undefined names better, and knows the types of the browser.
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
    },
  },
  // Behind what the rules above bring, so that markup is read by its own parser.
  ...svelte.configs.recommended,
  // Our own router uses plain hash links.
  { rules: { 'svelte/no-navigation-without-resolve': 'off' } },
);
