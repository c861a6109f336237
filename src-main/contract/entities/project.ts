/** Why the PoC exists. */

/** What Set up records: why the PoC exists and what counts as success. */
export interface Project {
  readonly site: string;
  readonly department: string;
  readonly purpose: string;
  /** Share of trained facts, asked in other words, answered exactly that the adapter must reach, 0 to 1. */
  readonly targetScore: number;
  /** Largest drop allowed on the general skills and on the plant's own, 0 to 1 (0.02 = two points). */
  readonly largestRegression: number;
  /** Largest share of questions about facts it was never taught that may be answered with something made up, 0 to 1. */
  readonly largestInvention: number;
  readonly questionsPerDay: number;
  /** Minutes a question costs today. */
  readonly minutesPerQuestion: number;
  /** Cost of one working hour, in `currency`. */
  readonly hourlyCost: number;
  /** ISO 4217. */
  readonly currency: string;
  readonly modelId: string;
  readonly updatedAt: string;
}
