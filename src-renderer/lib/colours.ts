/** Tokens as colours that a canvas understands: `light-dark()` and forced colours already resolved. */

/** Reads a token as it looks at `element` now, e.g. `rgb(66, 70, 181)`. */
export function resolveColour(element: HTMLElement, token: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
