/** What Set up is being told, before it is saved: shares as percentages, as people say them. */

import {
  eachSetting,
  type Language,
  type Project,
  type ProjectSettingName,
  type ProjectSettings,
  projectSettings,
  type RequestInput,
  usualSettings,
} from '../../../src-main/contract/index.ts';
import { hasDraft, keepDraftOf, restoreDraft } from '../../lib/drafts.svelte.ts';

export const currencies = ['JPY', 'USD', 'EUR', 'GBP', 'CNY', 'KRW', 'TWD', 'THB', 'VND', 'INR', 'MXN'] as const;

type Draft = Omit<
  RequestInput<'project.save'>,
  'targetScore' | 'largestRegression' | ProjectSettingName | 'basedOn'
> & {
  targetPercent: number;
  regressionPoints: number;
} & Record<ProjectSettingName, number>;

/** Round figures to start from; nobody's plant in particular. */
function firstDraft(language: Language): Draft {
  const inYen = language === 'ja';
  return {
    site: '',
    department: '',
    purpose: '',
    targetPercent: 80,
    regressionPoints: 2,
    ...shown(usualSettings),
    questionsPerDay: 30,
    minutesPerQuestion: 5,
    hourlyCost: inYen ? 4000 : 40,
    currency: inYen ? 'JPY' : 'EUR',
    modelId: '',
  };
}

const draftName = 'setup';

/** Shares are kept to a tenth of a percent, so that 0.07 does not come back as 7.000000000000001. */
const toPercent = (share: number): number => Math.round(share * 1000) / 10;

const isShare = (name: ProjectSettingName): boolean => projectSettings[name].kind === 'share';

/** Settings as the form shows them: shares in percent. */
const shown = (settings: ProjectSettings): Record<ProjectSettingName, number> =>
  eachSetting((name) => (isShare(name) ? toPercent(settings[name]) : settings[name]));

export class ProjectForm {
  draft = $state<Draft>(firstDraft('en'));
  /** Whether something was typed that is not saved. */
  touched = $state(false);

  /** When what the draft started from was saved; empty: nothing was. */
  basedOn = $state('');

  constructor(language: Language) {
    this.draft = firstDraft(language);
    if (!hasDraft(draftName)) return;
    const { basedOn, ...draft } = restoreDraft(draftName, { ...this.draft, basedOn: '' });
    this.draft = draft;
    this.basedOn = basedOn;
    this.touched = true;
  }

  /** What is typed survives a reload, until it is saved. To be called while a component is set up. */
  keep(): void {
    keepDraftOf(draftName, () => (this.touched ? { ...this.draft, basedOn: this.basedOn } : null));
  }

  /** What somebody saved from another window since this draft was begun; null: nobody did. */
  otherThan(project: Project | null): Project | null {
    return this.touched && project && project.updatedAt !== this.basedOn ? project : null;
  }

  /** Gives up what was typed for what is saved. */
  take(project: Project): void {
    this.touched = false;
    this.follow(project);
  }

  /** Takes over what is saved, unless that would overwrite what somebody is typing. */
  follow(project: Project | null): void {
    if (this.touched || !project) return;
    const { targetScore, largestRegression, updatedAt, ...rest } = project;
    this.basedOn = updatedAt;
    this.draft = {
      ...rest,
      targetPercent: toPercent(targetScore),
      regressionPoints: toPercent(largestRegression),
      ...shown(project),
    };
  }

  /** Before anything is saved or typed: how the department was called when it was made. */
  named(department: string): void {
    if (!this.touched && !this.basedOn && !this.draft.department) this.draft.department = department;
  }

  /** Without a choice of one's own, the first model offered (the bundled starter). */
  offer(modelId: string | undefined): void {
    if (!this.draft.modelId && modelId) this.draft.modelId = modelId;
  }

  /** What today's way of answering costs in a day, in `currency`. */
  get costPerDay(): number {
    return ((this.draft.questionsPerDay * this.draft.minutesPerQuestion) / 60) * this.draft.hourlyCost;
  }

  get input(): RequestInput<'project.save'> {
    const { targetPercent, regressionPoints, ...rest } = this.draft;
    const shares = {
      targetScore: targetPercent / 100,
      largestRegression: regressionPoints / 100,
      ...eachSetting((name) => (isShare(name) ? rest[name] / 100 : rest[name])),
    };
    return { ...rest, ...shares, basedOn: this.basedOn };
  }
}
