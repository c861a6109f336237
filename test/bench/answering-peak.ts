/**
 * `node test/bench/answering-peak.ts <model folder> <adapter folder> <cache folder> <int4 | int8 | f32>`: memory of a
 * process that answers a prompt of 256 tokens with the adapter, as JSON: bytes before the model was opened, and the peak.
 */

import { readFileSync } from 'node:fs';
import type { Precision } from '../../native-models/jobs.ts';
import { openDecoding } from './decoding.ts';
import { peakBytes } from './peak-bytes.ts';

const [directory = '', adapter = '', cacheDirectory = '', asked = 'f32'] = process.argv.slice(2);
const precision = asked as Precision;
// A first session of another kind would be needed to load the runtime's library alone; its pages count as the model's.
const before = process.memoryUsage.rss();
const decoding = await openDecoding({ modelDirectory: directory, device: 'cpu', precision, cacheDirectory }, [adapter]);
await decoding.answer(0, 1, 32, 256);
/** Anonymous memory is the process's own; pages of files can be given back at any time. */
const status = readFileSync('/proc/self/status', 'utf8');
const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]);
console.log(
  JSON.stringify({
    before,
    peak: peakBytes(),
    end: 1024 * kilobytes('VmRSS'),
    own: 1024 * kilobytes('RssAnon'),
  }),
);
await decoding.close();
