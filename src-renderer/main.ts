/** Opens the shop window: theme and language first, so that nothing flashes, then the app. */

import { mount } from 'svelte';
import AppWindow from './app.svelte';
import { Client } from './lib/client.ts';
import { translator } from './lib/i18n.svelte.ts';
import { themeChoice } from './lib/theme.svelte.ts';
import { chooseTransport } from './lib/transport.ts';
import { windowProject } from './lib/window-project.ts';
import './ui/tokens.css';
import './ui/base.css';

themeChoice.apply();
translator.announce();
mount(AppWindow, {
  target: document.getElementById('app')!,
  props: { client: new Client(chooseTransport(windowProject)) },
});
