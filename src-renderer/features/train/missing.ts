/** What a training lacks before it can begin, and where each is put right. */

import type { Project, Readiness, StepName } from '../../../src-main/contract/index.ts';
import { t } from '../../lib/i18n.svelte.ts';

export interface Missing {
  readonly word: string;
  /** The screen on which it is put right, and what its link says. */
  readonly step: StepName;
  readonly link: string;
}

/** Nothing while the examples are not known yet: nobody is alarmed by what may be there. */
export function missingFor(project: Project | null, readiness: Readiness | undefined): readonly Missing[] {
  if (!readiness) return [];
  const missing: Missing[] = [];
  if (!project) missing.push({ word: t('missing.project'), step: 'setup', link: t('missing.toSetup') });
  const blocking = readiness.blockingCount;
  if (blocking > 0)
    missing.push({ word: t('missing.findings', { count: blocking }), step: 'collect', link: t('missing.toFindings') });
  else if (!readiness.canFreeze)
    missing.push({
      word: t('missing.examples', { total: readiness.total, recommended: readiness.recommended }),
      step: 'collect',
      link: t('missing.toExamples'),
    });
  return missing;
}
