/** How much keys and values of texts may take where they lie in a graphics card's memory. */

import type { FoundCard } from '../cards/found-card.ts';

/** Share of a card's memory for them: the rest is for the weights, what a run computes, and whoever else draws. */
const cardShare = 0.25;

/** For them where nobody tells how much memory the card has: the share of a card of 2 GiB. */
const untoldBytes = cardShare * 2 * 2 ** 30;

/**
 * Times that texts side by side may lie there while they join: where each of them was, those that were joined so far, and all
 * of them joined.
 */
export const timesWhileJoining = 3;

/** And half as much as they take themselves, texts that are remembered. */
const timesRemembered = 0.5;

/**
 * Bytes of texts side by side. WebGPU picks its card itself: where there are several it may be the smallest.
 * @param cards of this machine; empty where nobody tells
 */
export function deviceRowBytes(cards: readonly Pick<FoundCard, 'memoryBytes'>[]): number {
  const told = cards.map(({ memoryBytes }) => (memoryBytes === null ? untoldBytes : cardShare * memoryBytes));
  const bytes = told.length === 0 ? untoldBytes : Math.min(...told);
  return bytes / (timesWhileJoining + timesRemembered);
}
