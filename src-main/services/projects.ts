/**
 * The projects of a data folder, each an office of its own over its own database and files: nothing of one can reach
 * another, because none knows where the others are.
 */

import type { projectListRequests } from '../contract/areas/projects.ts';
import { type Caller, firstProject } from '../contract/caller.ts';
import type { ListedProject } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import type { HandlersOf, RequestName } from '../contract/requests.ts';
import type { WorkCode } from '../contract/work-words.ts';
import type { ProjectFolders, Store } from '../store/index.ts';
import type { Handlers, ProjectHandlers } from './context.ts';
import { toErrorReport } from './error-report.ts';
import type { Serving } from './serving.ts';
import type { Standing } from './standing.ts';

/** A project whose data is open. */
export interface OpenProject {
  readonly store: Pick<Store, 'close'>;
  readonly services: {
    readonly handlers: ProjectHandlers;
    readonly standing: Standing;
    readonly serving: Serving;
    start(): Promise<void>;
    close(): Promise<void>;
  };
  /** What it is at, of all that happens one at a time. */
  readonly work: () => WorkCode | null;
}

export interface ProjectsOptions {
  /** Absolute: the first project's folder. */
  readonly dataDirectory: string;
  readonly folders: ProjectFolders;
  /** Opens, or makes, the project that lies in a folder. @throws OfficeError what `openStore` throws */
  readonly open: (id: string, folder: string) => OpenProject;
  readonly ids: () => string;
  /** The list is another one now. */
  readonly changed: () => void;
  /** A project could not be opened, or not be started: it is open all the same then. */
  readonly failed: (error: unknown, id: string) => void;
}

export interface Projects {
  /** The use case that answers a caller. @throws OfficeError project-unknown, project-archived, or why its project is closed */
  readonly handlerOf: <Name extends RequestName>(name: Name, caller: Pick<Caller, 'project'>) => Handlers[Name];
  /** Starts them one after the other; never fails. */
  start(): Promise<void>;
  /** From now on programs and stations are answered where that is switched on. Never fails. */
  serve(): Promise<void>;
  /** Departments whose endpoint answers. */
  serving(): readonly string[];
  /** The ports that the other departments' endpoints have, or would have once they are switched on again. */
  portsBeside(id: string): readonly number[];
  /**
   * Marks what runs as cut off, and closes all stores once that is written down.
   * @param endWork ends what runs, in all projects
   */
  close(endWork: () => Promise<void>): Promise<void>;
}

/**
 * Opens all projects of a data folder. One that cannot be opened is listed with the reason, and keeps nobody else out.
 * @throws OfficeError why the first cannot be opened, where another host has it or where there is no other
 */
export function createProjects({ dataDirectory, folders, open, ids, changed, failed }: ProjectsOptions): Projects {
  const projects = new Map<string, OpenProject>();
  /** Why the others are closed. */
  const causes = new Map<string, unknown>();
  /** Grows by each project that is to start: one after the other. */
  let starting = Promise.resolve();
  let started = false;
  let served = false;
  let closing = false;

  for (const id of [firstProject, ...folders.ids()]) {
    try {
      projects.set(id, open(id, id === firstProject ? dataDirectory : folders.of(id)));
      keepName(id);
    } catch (error) {
      // Whoever holds the first project holds the data folder.
      if (id === firstProject && (error as Partial<OfficeError>).code === 'database-locked') throw error;
      causes.set(id, error);
      failed(error, id);
    }
  }
  if (projects.size === 0) throw causes.get(firstProject);

  /** The first one's folder is as it always was: nothing of the list is written there. */
  function keepName(id: string): void {
    const name = projects.get(id)?.services.standing.name() ?? '';
    if (id !== firstProject && name !== folders.lastName(id)) folders.keepName(id, name);
  }

  function listed(id: string): ListedProject {
    const project = projects.get(id);
    if (!project) {
      const { report } = toErrorReport(causes.get(id));
      return { id, name: folders.lastName(id), site: '', state: 'closed', error: report, work: null };
    }
    const { standing } = project.services;
    const state = standing.archived() ? 'archived' : 'open';
    return { id, name: standing.name(), site: standing.site(), state, error: null, work: project.work() };
  }

  const inOrder = new Intl.Collator(undefined, { numeric: true });

  function list(): readonly ListedProject[] {
    const [first, ...others] = [firstProject, ...[...projects.keys(), ...causes.keys()].filter(isFurther)].map(listed);
    return [first!, ...others.toSorted((a, b) => inOrder.compare(a.name, b.name))];
  }

  /** @throws OfficeError project-unknown, or why it is closed */
  function requireProject(id: string): OpenProject {
    const project = projects.get(id);
    if (project) return project;
    if (causes.has(id)) throw causes.get(id);
    throw new OfficeError('project-unknown', { id: id.slice(0, 100) });
  }

  const begin = (id: string, { services }: OpenProject) => {
    starting = starting
      .then(() => (closing ? undefined : services.start()))
      .catch((error: unknown) => failed(error, id));
  };

  function create(name: string, by: string): ListedProject {
    if (list().some((each) => each.name === name)) throw new OfficeError('name-taken', { name });
    const id = ids();
    let project: OpenProject | null = null;
    try {
      project = open(id, folders.of(id));
      project.services.standing.found(name, by);
    } catch (error) {
      project?.store.close();
      folders.remove(id);
      throw error;
    }
    projects.set(id, project);
    keepName(id);
    if (started) begin(id, project);
    if (served) void project.services.serving.open();
    changed();
    return listed(id);
  }

  function archive(id: string): ListedProject {
    const project = requireProject(id);
    const { name: department, work } = listed(id);
    if (work !== null) throw new OfficeError('project-busy', { department, work });
    const inUse = list().filter(({ state }) => state === 'open');
    if (inUse.every((each) => each.id === id)) throw new OfficeError('project-last', { department });
    if (!project.services.standing.archived()) project.services.standing.archive();
    void project.services.serving.close();
    changed();
    return listed(id);
  }

  function restore(id: string): ListedProject {
    const { standing, serving } = requireProject(id).services;
    if (standing.archived()) standing.restore();
    if (served) void serving.open();
    changed();
    return listed(id);
  }

  const listHandlers: HandlersOf<typeof projectListRequests> = {
    'projects.list': async () => list(),
    'projects.create': async ({ name }, caller) =>
      create(name, requireProject(caller.project).services.standing.operator()),
    'projects.archive': async ({ projectId }) => archive(projectId),
    'projects.restore': async ({ projectId }) => restore(projectId),
  };

  return {
    handlerOf<Name extends RequestName>(name: Name, { project: id }: Pick<Caller, 'project'>) {
      if (Object.hasOwn(listHandlers, name)) return (listHandlers as Handlers)[name];
      const { handlers, standing } = requireProject(id).services;
      if (standing.archived()) throw new OfficeError('project-archived', { department: standing.name() });
      return (handlers as Handlers)[name];
    },
    async start() {
      if (started) return;
      started = true;
      for (const [id, project] of projects) begin(id, project);
      await starting;
    },
    async serve() {
      served = true;
      const inUse = [...projects.values()].filter(({ services }) => !services.standing.archived());
      await Promise.all(inUse.map(({ services }) => services.serving.open()));
      if (inUse.some(({ services }) => services.serving.isOn())) await this.start();
    },
    serving: () =>
      [...projects.values()]
        .filter(({ services }) => services.serving.isOn())
        .map(({ services }) => services.standing.name()),
    portsBeside: (id) =>
      [...projects].flatMap(([each, { services }]) => (each === id ? [] : (services.serving.port() ?? []))),
    async close(endWork) {
      closing = true;
      await Promise.all([...[...projects.values()].map(({ services }) => services.close()), endWork()]);
      await starting;
      for (const [id, { store }] of projects) {
        keepName(id);
        store.close();
      }
    },
  };
}

const isFurther = (id: string): boolean => id !== firstProject;
