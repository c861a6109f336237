/** What the device report means to a reader: ready, a fallback that must be seen, or not known yet. */

import type { DeviceReport } from '../../../src-main/contract/index.ts';
import type { MessageKey } from '../../lib/i18n.svelte.ts';
import type { Tone } from '../../ui/tones.ts';

export function deviceState(report: DeviceReport | null): { readonly tone: Tone; readonly word: MessageKey } {
  if (!report) return { tone: 'hold', word: 'device.checking' };
  // A faster device is there but not used: never silent.
  if (report.available[0] && report.available[0].device !== report.chosen)
    return { tone: 'hold', word: 'device.fallback' };
  return { tone: 'go', word: 'device.ready' };
}
