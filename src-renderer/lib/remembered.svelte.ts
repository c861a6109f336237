/** What a station heard last, kept on the device: a page that is opened while the network is away still knows it. */

import { quietly } from './quietly.ts';

const keyOf = (name: string): string => `usumaku.station.${name}`;

/** As long as the component lives, what `heard` gives is kept; undefined: not heard yet, and what was kept stands in for it. */
export function remembered(name: string, heard: () => string | undefined): { readonly value: string | undefined } {
  const kept = quietly(() => localStorage.getItem(keyOf(name))) ?? undefined;
  $effect(() => {
    const now = heard();
    if (now !== undefined) quietly(() => localStorage.setItem(keyOf(name), now));
  });
  return {
    get value() {
      return heard() ?? kept;
    },
  };
}
