/** Builds the shop window: static files for both hosts, everything under one strict Content Security Policy. */

import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'src-renderer',
  // Relative addresses: the same files are served over loopback and over the shell's own scheme.
  base: './',
  plugins: [svelte()],
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    // `light-dark()` and `word-break: auto-phrase` must reach the browser as written.
    cssTarget: ['chrome130', 'safari18', 'firefox130'],
    // Inlined assets would need `data:` for fonts and a preload script in the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // Which files the Ask page of a station needs: nothing else is served there.
    manifest: 'manifest.json',
    rolldownOptions: {
      input: ['src-renderer/index.html', 'src-renderer/station.html', 'src-renderer/station-worker.ts'],
      output: {
        // A browser knows a worker by its address, which therefore never changes.
        entryFileNames: ({ name }) => (name === 'station-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
});
