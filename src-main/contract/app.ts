/** What every host opens the door to: the same requests and events, whatever the transport. */

import type { AppEvent } from './events.ts';
import type { Reply, RequestName } from './requests.ts';

export interface App {
  /** Never rejects: what went wrong is in the reply. `name` and `input` are checked inside. */
  dispatch(name: string, input: unknown): Promise<Reply<RequestName>>;
  /** Returns what ends the subscription. */
  subscribe(listener: (event: AppEvent) => void): () => void;
  /** Interrupts what runs so that it can be resumed, and closes the data. */
  close(): Promise<void>;
}
