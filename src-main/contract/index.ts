/** The hallway: the one typed list that office and shop window both import. */

export * from './caller.ts';
export * from './entities.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './import-limits.ts';
export * from './import-words.ts';
export * from './requests.ts';
export * from './rollout-words.ts';
export * from './rules/answers.ts';
export * from './rules/evaluations.ts';
export * from './rules/figures.ts';
export * from './rules/guards.ts';
export * from './rules/limits.ts';
export * from './rules/precisions.ts';
export * from './rules/project-settings.ts';
export * from './rules/proofs.ts';
export * from './rules/returns.ts';
export * from './rules/rollouts.ts';
export * from './rules/runs.ts';
export * from './rules/safety.ts';
export * from './work-words.ts';
