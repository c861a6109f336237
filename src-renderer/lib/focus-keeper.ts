/** Keeps the focus on the screen: when what had it goes away (a dialog, a row, Revert), it goes to what stands there now. */

const focusable =
  'a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex="0"]';

/** Something that the focus was in, and which of its children held it. */
interface Place {
  readonly element: Element;
  readonly at: number;
}

/**
 * Watches until the returned function is called. `home` gives what takes the focus where nothing else is left near its
 * old place, e.g. the screen's heading.
 */
export function keepFocus(root: HTMLElement, home: () => HTMLElement | null): () => void {
  /** What had the focus last, and what it stood in, from the inside out. */
  let last: Element | null = null;
  let around: readonly Place[] = [];
  /** What had it before each dialog that is open, so that a closed one gives it back. */
  const before: { readonly dialog: Element; readonly opener: Element | null; readonly around: readonly Place[] }[] = [];

  function remember(event: FocusEvent): void {
    if (!(event.target instanceof Element) || event.target === document.body) return;
    const dialog = event.target.closest('dialog');
    if (dialog && !before.some((each) => each.dialog === dialog)) before.push({ dialog, opener: last, around });
    last = event.target;
    around = ancestors(event.target);
  }

  function mend(): void {
    let closed: (typeof before)[number] | undefined;
    while (before.length > 0 && !before.at(-1)!.dialog.isConnected) closed = before.pop();
    if (!lost() || last === null) return;
    if (closed) {
      // Through its own fields, what opened a dialog may have gone meanwhile: then its surroundings are asked.
      last = closed.opener;
      around = closed.around;
    }
    if (last?.isConnected && !closed) return;
    focusOn(last?.isConnected && usable(last) ? last : nearest(around), home());
  }

  const watcher = new MutationObserver(mend);
  root.addEventListener('focusin', remember);
  watcher.observe(root, { childList: true, subtree: true });
  return () => {
    root.removeEventListener('focusin', remember);
    watcher.disconnect();
  };
}

const lost = (): boolean => document.activeElement === null || document.activeElement === document.body;

function ancestors(element: Element): readonly Place[] {
  const found: Place[] = [];
  for (let child = element; child.parentElement; child = child.parentElement) {
    found.push({ element: child.parentElement, at: [...child.parentElement.children].indexOf(child) });
  }
  return found;
}

const usable = (element: Element): boolean => element.matches(focusable) || element.matches('[tabindex]');

/** The first thing that can have the focus in the smallest surroundings that are still there; the whole page is too large. */
function nearest(around: readonly Place[]): Element | null {
  for (const { element, at } of around) {
    if (element.matches('.page, main, body, .window, header.bar')) return null;
    if (!element.isConnected) continue;
    // Of a list, what has moved up into the place of what is gone, or else the one before.
    const beside = [element.children[at], element.children[at - 1]].find((each) => each?.querySelector(focusable));
    const found = (beside ?? element).querySelector(focusable);
    if (found) return found;
  }
  return null;
}

function focusOn(element: Element | null, home: HTMLElement | null): void {
  const target = element ?? home;
  if (target instanceof HTMLElement) target.focus({ preventScroll: element === null });
}
