/** Setting up: what the PoC is for, and the fictional plant to try everything with. */

import type { projectRequests } from '../contract/areas/project.ts';
import type { Language, Project } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { usualSettings } from '../contract/rules/project-settings.ts';
import { changesBetween } from '../domain/changes.ts';
import { readBundledPairs } from './bundled-files.ts';
import { type Context, requireFound, requireUnchanged } from './context.ts';
import { exampleMaker } from './examples.ts';
import type { Models } from './models.ts';
import { firstNameOf } from './standing.ts';

const sampleProject: Record<Language, Omit<Project, 'modelId' | 'updatedAt'>> = {
  ja: {
    site: '見本の工場',
    department: 'プレス課',
    purpose: '設備・警報・部品についての現場の質問に、その場で正しく答えられるようにします。',
    targetScore: 0.8,
    largestRegression: 0.02,
    ...usualSettings,
    questionsPerDay: 40,
    minutesPerQuestion: 6,
    hourlyCost: 4000,
    currency: 'JPY',
  },
  en: {
    site: 'Sample plant',
    department: 'Press shop',
    purpose: 'Answer the floor’s questions about machines, alarms and parts correctly and at once.',
    targetScore: 0.8,
    largestRegression: 0.02,
    ...usualSettings,
    questionsPerDay: 40,
    minutesPerQuestion: 6,
    hourlyCost: 40,
    currency: 'EUR',
  },
};

export function createProject(context: Context, models: Models): HandlersOf<typeof projectRequests> {
  const { store, bundled } = context;

  /** As people know it: the model by its name, without the time of the edit. */
  function written(project: Project | null): object | null {
    if (!project) return null;
    const { updatedAt: _, modelId, ...fields } = project;
    return { ...fields, model: store.models.get(modelId)?.name ?? modelId };
  }
  const changesTo = (project: Project) => changesBetween(written(store.project.get()), written(project)!);

  return {
    'project.save': async ({ basedOn, ...input }) => {
      requireUnchanged('project', store.project.get(), basedOn);
      requireFound(store.models.get(input.modelId), 'model', input.modelId);
      const project: Project = { ...input, updatedAt: context.now() };
      const happening = { kind: 'project.saved', subject: project.site, changes: changesTo(project) } as const;
      return context.change(['project', 'status'], happening, () => {
        store.project.save(project);
        return project;
      });
    },
    'project.loadSample': async ({ language }) => {
      const count = store.examples.count();
      if (count > 0) throw new OfficeError('examples-exist', { count });
      const pairs = readBundledPairs(bundled.samplePlantFile);
      // What somebody has set up already is theirs; only the examples are added then.
      const project = store.project.get() ?? {
        ...sampleProject[language],
        ...(firstNameOf(context) && { department: firstNameOf(context) }),
        modelId: (await models.current()).id,
        updatedAt: context.now(),
      };
      const happening = {
        kind: 'project.sample-loaded',
        subject: project.site,
        values: { examples: pairs.length },
        changes: changesTo(project),
      } as const;
      context.change(['project', 'examples', 'status'], happening, () => {
        store.project.save(project);
        for (const example of pairs.map(exampleMaker(context))) store.examples.add(example);
      });
      return { examples: pairs.length };
    },
  };
}
