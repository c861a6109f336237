/** What a campaign and the app that it may kill say to each other. */

import type { Reply, RequestName } from '../../src-main/contract/requests.ts';

export type ToHost =
  | { readonly kind: 'request'; readonly id: number; readonly name: RequestName; readonly input: unknown }
  | { readonly kind: 'kill-engine' }
  | { readonly kind: 'processes' }
  | { readonly kind: 'close' };

export type FromHost =
  | { readonly kind: 'open' }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply<RequestName> }
  /** Of the model processes that are open now. */
  | { readonly kind: 'processes'; readonly ids: readonly number[] };
