/** Opens the Ask page of a station: a tablet or terminal that asks over the network and shows nothing else. */

import { mount } from 'svelte';
import Station from './features/station/station.svelte';
import { Client } from './lib/client.ts';
import { translator } from './lib/i18n.svelte.ts';
import { stationToken } from './lib/station-token.ts';
import { stationTransport } from './lib/station-transport.ts';
import { themeChoice } from './lib/theme.svelte.ts';
import './ui/tokens.css';
import './ui/base.css';

themeChoice.apply();
translator.announce();
const token = stationToken();
// Where the browser does not trust the address, the page is there only while the network is.
navigator.serviceWorker?.register('station-worker.js').catch(() => {});
mount(Station, {
  target: document.getElementById('app')!,
  props: {
    client: new Client(
      stationTransport(
        {
          fetch: (path, options) => fetch(path, options),
          again: (look, milliseconds) => setTimeout(look, milliseconds),
        },
        token ?? '',
      ),
    ),
    known: token !== null,
  },
});
