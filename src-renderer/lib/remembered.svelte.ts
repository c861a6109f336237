/** What a station heard last, kept on the device: a page that is opened while the network is away still knows it. */

const keyOf = (name: string): string => `usumaku.station.${name}`;

/** As long as the component lives, what `heard` gives is kept; undefined: not heard yet, and what was kept stands in for it. */
export function remembered(name: string, heard: () => string | undefined): { readonly value: string | undefined } {
  let kept: string | undefined;
  try {
    kept = localStorage.getItem(keyOf(name)) ?? undefined;
  } catch {
    // Without storage only what is heard is known.
  }
  $effect(() => {
    const now = heard();
    try {
      if (now !== undefined) localStorage.setItem(keyOf(name), now);
    } catch {
      // As above.
    }
  });
  return {
    get value() {
      return heard() ?? kept;
    },
  };
}
