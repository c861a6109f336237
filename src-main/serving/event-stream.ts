/** A reply in pieces as server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html */

const encoder = new TextEncoder();

export interface EventWriter {
  /** One event; nothing where the client has gone. */
  write(data: object | '[DONE]'): void;
  end(): void;
}

/** @param onGone hears that the client went before the end */
export function eventStream(onGone: () => void): {
  readonly body: ReadableStream<Uint8Array>;
  readonly writer: EventWriter;
} {
  let open = true;
  let controller: ReadableStreamDefaultController<Uint8Array>;
  const body = new ReadableStream<Uint8Array>({
    start(given) {
      controller = given;
    },
    cancel() {
      open = false;
      onGone();
    },
  });
  const writer: EventWriter = {
    write(data) {
      if (open) controller.enqueue(encoder.encode(`data: ${data === '[DONE]' ? data : JSON.stringify(data)}\n\n`));
    },
    end() {
      if (open) controller.close();
      open = false;
    },
  };
  return { body, writer };
}
