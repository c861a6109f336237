/** Everything the host tells every open window without being asked. */

import type {
  ComparisonTask,
  Evaluation,
  GuardName,
  ModelCheck,
  PlanProgress,
  QuantizeProgress,
  RunMetric,
  TrainingRun,
  ValidationMetric,
} from './entities.ts';

/** What may be stale now. A window that shows it asks again. */
export type Topic =
  | 'status'
  | 'project'
  | 'projects'
  | 'models'
  | 'devices'
  | 'precisionTask'
  | 'examples'
  | 'datasets'
  | 'safety'
  | 'runs'
  | 'adapters'
  | 'adapterTask'
  | 'evaluations'
  | 'votes'
  | 'costs'
  | 'releases'
  | 'rollouts'
  | 'answers'
  | 'stations'
  | 'serving'
  | 'log';

/** A guard or a person has halted a rollout: what answered before answers the next question. */
export interface HaltedEvent {
  readonly kind: 'halted';
  readonly route: string;
  /** Name of the adapter. */
  readonly candidate: string;
  /** null: a person did, with a reason. */
  readonly guard: GuardName | null;
  readonly reason: string;
  readonly by: string;
  /** Answers that caused it, newest first. */
  readonly causes: readonly string[];
}

export type AppEvent =
  | { readonly kind: 'changed'; readonly topics: readonly Topic[] }
  /** At most a few times a second while training. `metrics` are the steps since the last such event. */
  | {
      readonly kind: 'training';
      readonly run: TrainingRun;
      readonly metrics: readonly RunMetric[];
      readonly validation: readonly ValidationMetric[];
    }
  /** A plan is being measured. */
  | { readonly kind: 'planning'; readonly progress: PlanProgress }
  /** The model is being quantized, once, before it answers or is trained so; null: no more. */
  | { readonly kind: 'quantizing'; readonly progress: QuantizeProgress | null }
  | { readonly kind: 'evaluating'; readonly evaluation: Evaluation }
  | { readonly kind: 'comparing-costs'; readonly task: ComparisonTask }
  | HaltedEvent
  /** An answer that is still coming, under the name that its window gave it: all that was said so far. */
  | {
      readonly kind: 'answering';
      readonly askId: string;
      readonly by: 'base' | 'adapter';
      readonly text: string;
      /** Danger to people is asked about. */
      readonly danger: boolean;
    }
  | { readonly kind: 'checking-model'; readonly check: ModelCheck };

/** What hears events. `about`: the project that the event is of; null: it concerns everybody. */
export type AppListener = (event: AppEvent, about: string | null) => void;

/** Whether a window of `project` hears of it. */
export const concerns = (about: string | null, project: string): boolean => about === null || about === project;
