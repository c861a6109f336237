/** What the rail says of a step: how it stands now. Only what ends is ever done. */

import type { AppStatus, StepName, StepState } from '../../../src-main/contract/index.ts';
import { number, percent } from '../../lib/format.ts';
import { t } from '../../lib/i18n.svelte.ts';
import type { IconName } from '../../ui/icons.ts';

interface StepLook {
  /** `live`: goes on without an end. `serving`: an adapter answers. */
  readonly state: StepState | 'live' | 'serving';
  readonly icon: IconName | null;
  readonly word: string;
}

/** What the status does not say. */
interface Moment {
  readonly adapters: number;
  /** How far a training is, 0 to 1; null: not known. */
  readonly trained: number | null;
}

const icons: Record<StepState, IconName | null> = {
  'not-begun': null,
  'in-progress': 'half',
  done: 'check',
  'needs-you': 'alert',
};

export function stepLook(step: StepName, status: AppStatus | undefined, moment: Moment): StepLook {
  const state = status?.steps[step] ?? 'not-begun';
  const plain: StepLook = { state, icon: icons[state], word: t(`stepState.${state}`) };
  // Where somebody is needed, that is what matters.
  if (!status || state === 'needs-you') return plain;
  return live(step, status, moment) ?? plain;
}

function live(step: StepName, status: AppStatus, { adapters, trained }: Moment): StepLook | null {
  const serves = status.release?.adapterId != null;
  switch (step) {
    case 'collect':
      return status.exampleCount > 0 ? goesOn(t('railState.examples', { count: number(status.exampleCount) })) : null;
    case 'train':
      if (status.activeRunId === null) return ended(step, status);
      return {
        state: 'in-progress',
        icon: 'half',
        word: trained === null ? t('railState.training') : t('railState.trainingAt', { share: percent(trained) }),
      };
    case 'prove':
      if (status.activeEvaluationId === null) return ended(step, status);
      return { state: 'in-progress', icon: 'half', word: t('railState.evaluating') };
    case 'rollout':
    case 'operate':
      if (!status.release) return null;
      return serves
        ? { state: 'serving', icon: 'rollout', word: t(`railState.${step}Adapter`) }
        : goesOn(t(`railState.${step}Base`));
    case 'govern':
      return adapters > 0 ? goesOn(t('railState.adapters', { count: adapters })) : null;
    default:
      return null;
  }
}

const ended = (step: 'train' | 'prove', { steps }: AppStatus): StepLook | null =>
  steps[step] === 'done' ? { state: 'done', icon: 'check', word: t(`railState.${step}Ended`) } : null;

const goesOn = (word: string): StepLook => ({ state: 'live', icon: null, word });
