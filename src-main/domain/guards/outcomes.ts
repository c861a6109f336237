/** What the events say of each answer: its facts, and its grade as it was last corrected. */

import type { AnswerFacts, Arm, Grade, GuardEvent } from '../../contract/entities/rollout.ts';

export interface Observation {
  readonly answerId: string;
  readonly arm: Arm;
  /** 1 or 0 for a rate, 0 to 1 for a mean. */
  readonly value: number;
}

export interface Outcomes {
  /** Of the candidate, in order. */
  readonly answers: readonly { readonly answerId: string; readonly facts: AnswerFacts }[];
  /** Bad (1) or not (0), of both arms, in the order in which they were first graded. */
  readonly graded: readonly Observation[];
  readonly grades: ReadonlyMap<string, Grade>;
  /** Questions at which the engine ended. */
  readonly crashes: readonly string[];
}

export function readOutcomes(events: readonly GuardEvent[]): Outcomes {
  const arms = new Map<string, Arm>();
  const answers: { answerId: string; facts: AnswerFacts }[] = [];
  // A map keeps the place of the first grade and the word of the last.
  const grades = new Map<string, Grade>();
  const crashes: string[] = [];
  for (const event of events) {
    const { answerId } = event;
    if (event.kind === 'crash') crashes.push(answerId);
    else if (event.kind === 'grade') grades.set(answerId, event.grade);
    else {
      arms.set(answerId, event.arm);
      if (event.arm === 'candidate') answers.push({ answerId, facts: event.facts });
    }
  }
  const graded = [...grades].flatMap(([answerId, grade]) => readGrade(answerId, arms.get(answerId), grade));
  return { answers, graded, grades, crashes };
}

/** A shadow pair speaks of both sides: one is worse than the other, or neither is. */
function readGrade(answerId: string, arm: Arm | undefined, grade: Grade): readonly Observation[] {
  if (arm === undefined) return [];
  if (grade === 'right') return [{ answerId, arm, value: 0 }];
  if (grade === 'wrong' || grade === 'andon') return [{ answerId, arm, value: 1 }];
  const candidateBad = grade === 'worse' || grade === 'dangerous';
  return [
    { answerId, arm: 'present', value: Number(grade === 'better') },
    { answerId, arm: 'candidate', value: Number(candidateBad) },
  ];
}
