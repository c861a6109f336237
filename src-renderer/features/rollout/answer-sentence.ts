/** One sentence on who answers now. */

import type { Release, RolloutView, Station } from '../../../src-main/contract/index.ts';
import { dateTime } from '../../lib/format.ts';
import { t, translator } from '../../lib/i18n.svelte.ts';
import { audienceOf, workShiftInWords } from './rollout-look.ts';

/** @param stations those that there are; who is meant by a canary stands in the rollout */
export function answerSentence(
  release: Release | null,
  rollout: RolloutView | null,
  stations: readonly Station[],
): string {
  const values = {
    present: rollout?.present?.adapterName ?? t('who.base'),
    candidate: rollout?.candidate.adapterName ?? '',
  };
  switch (rollout?.state) {
    case 'draft':
    case 'shadow':
    case 'full':
    case 'halted':
      return t(`rollout.answer.${rollout.state}`, values);
    case 'canary': {
      const meant = rollout.forecasts[rollout.stage]?.stations ?? [];
      const audience = audienceOf(rollout);
      if (meant.length === 0 && (audience?.percent ?? 0) < 100) return t('rollout.answer.canaryNobody', values);
      const all = meant.length === stations.length;
      const names = new Intl.ListFormat(translator.language).format(meant.map(({ name }) => name));
      const during = audience?.during ?? [];
      if (during.length > 0)
        return t('rollout.answer.canaryDuring', {
          ...values,
          stations: meant.length === 0 || all ? t('rollout.answer.everywhere') : names,
          shifts: new Intl.ListFormat(translator.language).format(during.map(workShiftInWords)),
        });
      return t(all ? 'rollout.answer.canaryAll' : 'rollout.answer.canary', { ...values, stations: names });
    }
    default:
      if (!release) return t('rollout.answerNever');
      return t(release.adapterId === null ? 'rollout.answerBase' : 'rollout.answerAdapter', {
        name: release.adapterName ?? '',
        by: release.by,
        at: dateTime(release.at),
      });
  }
}
