/** What the systems' own lists of graphics cards come to. */

import type { GraphicsCard, NumberedProvider } from '../jobs.ts';

/** A card before it is known which providers the runtime has. */
export interface FoundCard extends Pick<GraphicsCard, 'name' | 'driver' | 'memoryBytes'> {
  /** What a provider is told to take this card. */
  readonly numbers: Readonly<Partial<Record<NumberedProvider, number>>>;
}
