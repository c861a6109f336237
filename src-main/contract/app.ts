/** What every host opens the door to: the same requests and events, whatever the transport. */

import type { Caller } from './caller.ts';
import type { AppListener } from './events.ts';
import type { Reply, RequestName } from './requests.ts';

export interface App {
  /** Never rejects: what went wrong is in the reply. `name`, `input` and what the caller may do are checked inside. */
  dispatch(name: string, input: unknown, caller: Caller): Promise<Reply<RequestName>>;
  /** Returns what ends the subscription. */
  subscribe(listener: AppListener): () => void;
  /** Interrupts what runs so that it can be resumed, and closes the data. */
  close(): Promise<void>;
}
