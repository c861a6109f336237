/** Loaded into the host by `--import`: measures how long its event loop is held up, and tells whoever started it. */

import { monitorEventLoopDelay } from 'node:perf_hooks';

/** What the host sends back for the message `delays`, in milliseconds; the measurement then starts anew. */
export interface EventLoopDelays {
  readonly p50: number;
  readonly p99: number;
  readonly largest: number;
}

const resolution = 1;
const histogram = monitorEventLoopDelay({ resolution });
histogram.enable();

process.on('message', (message) => {
  if (message !== 'delays') return;
  // The timer's own interval is part of every value.
  const milliseconds = (nanoseconds: number): number => Math.max(0, nanoseconds / 1e6 - resolution);
  const delays: EventLoopDelays = {
    p50: milliseconds(histogram.percentile(50)),
    p99: milliseconds(histogram.percentile(99)),
    largest: milliseconds(histogram.max),
  };
  histogram.reset();
  process.send?.(delays);
});
// The channel alone must not keep the host alive.
process.channel?.unref();
