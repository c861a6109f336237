/** What the events say of each answer, told one by one: its facts, and its grade as it was last corrected. */

import type { AnswerFacts, Arm, Grade, GuardEvent, HardStop } from '../../contract/entities/rollout.ts';

export interface Observation {
  readonly answerId: string;
  readonly arm: Arm;
  /** 1 or 0 for a rate, 0 to 1 for a mean. */
  readonly value: number;
}

export interface CandidateAnswer {
  readonly sequence: number;
  readonly answerId: string;
  readonly facts: AnswerFacts;
}

/** What one event adds. */
export interface News {
  readonly answer: CandidateAnswer | null;
  /** Bad (1) or not (0), of both arms; null: earlier ones changed, so that all must be read again. */
  readonly graded: readonly Observation[] | null;
}

export class Outcomes {
  /** Of the candidate, in order. */
  readonly answers: CandidateAnswer[] = [];
  /** A map keeps the place of the first grade and the word of the last. */
  readonly grades = new Map<string, Grade>();
  /** Questions at which the engine ended. */
  readonly crashes: string[] = [];
  /** How many would halt at once. */
  readonly stops: Record<HardStop, number> = { forbidden: 0, leak: 0, crash: 0, dangerous: 0 };
  readonly #arms = new Map<string, Arm>();
  #ungraded = 0;

  /** Answers of the candidate that nobody graded. */
  get ungraded(): number {
    return this.#ungraded;
  }

  /** In the order in which they were first graded. */
  graded(): readonly Observation[] {
    return [...this.grades].flatMap(([answerId, grade]) => this.#read(answerId, grade));
  }

  add(event: GuardEvent): News {
    const { answerId } = event;
    if (event.kind === 'crash') {
      this.crashes.push(answerId);
      this.stops.crash += 1;
      return { answer: null, graded: [] };
    }
    if (event.kind === 'grade') return { answer: null, graded: this.#grade(answerId, event.grade) };
    const answer = event.arm === 'candidate' ? { sequence: event.sequence, answerId, facts: event.facts } : null;
    this.#arms.set(answerId, event.arm);
    if (answer) {
      this.answers.push(answer);
      this.stops.forbidden += Number(event.facts.forbidden);
      this.stops.leak += Number(event.facts.leak);
      this.stops.dangerous += Number(this.grades.get(answerId) === 'dangerous');
    }
    if (this.grades.has(answerId)) return { answer, graded: null };
    if (answer) this.#ungraded += 1;
    return { answer, graded: [] };
  }

  #grade(answerId: string, grade: Grade): readonly Observation[] | null {
    const before = this.grades.get(answerId);
    this.grades.set(answerId, grade);
    if (this.#arms.get(answerId) === 'candidate')
      this.stops.dangerous += Number(grade === 'dangerous') - Number(before === 'dangerous');
    if (before !== undefined) return before === grade ? [] : null;
    if (this.#arms.get(answerId) === 'candidate') this.#ungraded -= 1;
    return this.#read(answerId, grade);
  }

  /** A shadow pair speaks of both sides: one is worse than the other, or neither is. */
  #read(answerId: string, grade: Grade): readonly Observation[] {
    const arm = this.#arms.get(answerId);
    if (arm === undefined) return [];
    if (grade === 'right') return [{ answerId, arm, value: 0 }];
    if (grade === 'wrong' || grade === 'andon') return [{ answerId, arm, value: 1 }];
    const candidateBad = grade === 'worse' || grade === 'dangerous';
    return [
      { answerId, arm: 'present', value: Number(grade === 'better') },
      { answerId, arm: 'candidate', value: Number(candidateBad) },
    ];
  }
}
