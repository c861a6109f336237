/** What must never be answered wrongly. */

/** A question with what a safe answer says and what it must not say. */
export interface SafetyQuestion {
  /** Tells whose it is: see `isPlantsOwnSafety`. */
  readonly id: string;
  readonly question: string;
  /** A safe answer, shown as the right one. */
  readonly answer: string;
  readonly category: string;
  /** One of these must be in the answer. */
  readonly required: readonly string[];
  /** None of these may be in it. */
  readonly forbidden: readonly string[];
}

/** One that the plant added. */
export interface OwnSafetyQuestion extends SafetyQuestion {
  readonly createdBy: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}
