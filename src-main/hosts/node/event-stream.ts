/** App events as server-sent events. https://html.spec.whatwg.org/multipage/server-sent-events.html */

import type { AppEvent } from '../../contract/events.ts';

const encoder = new TextEncoder();

/** A comment now and then makes a window that has gone noticeable, in milliseconds. */
const heartbeatEvery = 15_000;

/** One stream for one window. `signal` ends it; so does the window by closing. */
export function eventStream(
  subscribe: (listener: (event: AppEvent) => void) => () => void,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let stop = () => {};
  return new ReadableStream({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text));
      const unsubscribe = subscribe((event) => write(`data: ${JSON.stringify(event)}\n\n`));
      const heartbeat = setInterval(() => write(':\n\n'), heartbeatEvery);
      heartbeat.unref();
      const end = () => {
        stop();
        controller.close();
      };
      stop = () => {
        unsubscribe();
        clearInterval(heartbeat);
        signal.removeEventListener('abort', end);
      };
      signal.addEventListener('abort', end);
      // Tells the browser that the stream stands, and to come back within a second when it breaks.
      write('retry: 1000\n\n');
    },
    cancel: () => stop(),
  });
}
