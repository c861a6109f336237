/** Where everything stands, who works here, and what happened. */

import type { appRequests } from '../contract/areas/app.ts';
import type { AppStatus, LogFilter, ReportFile } from '../contract/entities.ts';
import type { HandlersOf } from '../contract/requests.ts';
import { evaluationsOfToday } from '../contract/rules/proofs.ts';
import { changesBetween } from '../domain/changes.ts';
import { stepStates } from '../domain/steps.ts';
import { logCsv } from '../exporters/log-csv.ts';
import { sha256 } from '../store/durable.ts';
import type { Context } from './context.ts';
import type { Datasets } from './datasets.ts';
import type { Devices } from './devices.ts';
import { judgedEvaluations } from './evaluation-judging.ts';
import type { Evaluations } from './evaluations.ts';
import type { Router } from './router.ts';
import type { Training } from './training.ts';

export function createStatus(
  context: Context,
  {
    datasets,
    devices,
    training,
    evaluations,
    router,
  }: { datasets: Datasets; devices: Devices; training: Training; evaluations: Evaluations; router: Router },
): HandlersOf<typeof appRequests> {
  const { store, version, dataDirectory } = context;

  function exportLog(filter: LogFilter): ReportFile {
    const entries = store.log.newest(Infinity, filter);
    const bytes = Buffer.from(logCsv(entries));
    const file = {
      fileName: `usumaku-log-${context.now().slice(0, 10)}.csv`,
      mediaType: 'text/csv; charset=utf-8',
      base64: bytes.toString('base64'),
      sha256: sha256(bytes),
    };
    const values = { entries: entries.length, sha256: file.sha256, ...filter };
    return context.change([], { kind: 'log.exported', subject: file.fileName, values }, () => file);
  }

  function eraseLogTexts(exampleId: string): { readonly entries: number } {
    const entries = store.transaction(() => {
      const erased = store.log.eraseTexts(exampleId);
      if (erased > 0) context.also({ kind: 'log.texts-erased', subject: exampleId, values: { entries: erased } });
      return erased;
    });
    store.log.scrub();
    context.publish({ kind: 'changed', topics: ['log'] });
    return { entries };
  }

  return {
    'app.status': async (_, { host }): Promise<AppStatus> => {
      const project = store.project.get();
      const route = store.routes.standard();
      const release = router.serves(route);
      const rollout = router.position(route).rollout?.state ?? null;
      const { total, canFreeze, blockingCount } = await datasets.quickReadiness();
      const steps = stepStates({
        project,
        examples: total,
        canFreeze,
        blocking: blockingCount,
        runs: store.runs.list(),
        adapters: store.adapters.list(),
        evaluations: evaluationsOfToday(judgedEvaluations(context), store.adapters.list(), store.models.list()),
        release,
        rollout,
        answered: store.answers.firstAt() !== null,
      });
      return {
        version,
        operator: context.currentOperator(),
        steps,
        project,
        device: devices.known(),
        release,
        rollout,
        activeRunId: training.activeId(),
        activeEvaluationId: evaluations.activeId(),
        exampleCount: total,
        dataDirectory,
        host,
      };
    },
    'app.setOperator': async ({ name }) => {
      const changes = changesBetween({ name: context.currentOperator() }, { name });
      return context.change(['status'], { kind: 'operator.changed', subject: name, changes }, () => {
        store.settings.set('operator', name);
        return null;
      });
    },
    'app.log': async ({ limit, ...filter }) => store.log.newest(limit, filter),
    'app.logged': async () => ({ kinds: store.log.kinds(), people: store.log.people() }),
    'app.eraseLogTexts': async ({ exampleId }) => eraseLogTexts(exampleId),
    'app.exportLog': async (filter) => exportLog(filter),
  };
}
