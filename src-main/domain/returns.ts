/** What an adapter brings in a year, and when it has paid for itself; low and high from the interval of what was measured. */

import type { LoggedUse, Project, Return, ReturnAssumptions, ReturnCase, Returns } from '../contract/entities.ts';
import { wilsonInterval } from './statistics/intervals.ts';

type Work = Pick<Project, 'questionsPerDay' | 'minutesPerQuestion' | 'hourlyCost' | 'currency'>;

const minutesOfHour = 60;
const monthsOfYear = 12;
const wattsOfKilowatt = 1000;

/** Round prices of a kilowatt-hour to start from, 2025; others start at 0 and are typed in. */
const electricityPrices: Readonly<Record<string, number>> = { JPY: 31, EUR: 0.25, USD: 0.15, GBP: 0.25 };

/** Round figures to start from; whoever presents the return has to look at each. */
export function usualAssumptions(currency: string): ReturnAssumptions {
  return {
    workingDays: 240,
    coveredShare: 0.7,
    minutesToCheck: 1,
    collectionHours: 20,
    upkeepHours: 24,
    machineCost: 0,
    watts: 100,
    hoursPerDay: 8,
    electricityPrice: electricityPrices[currency] ?? 0,
    realUse: null,
  };
}

const daysOfYear = 365;
const millisecondsOfDay = 86_400_000;

/** Questions on a working day, from all days between; what is younger than a working day counts as one. */
export function loggedUse(
  counted: Omit<LoggedUse, 'perDay'>,
  { workingDays }: Pick<ReturnAssumptions, 'workingDays'>,
): LoggedUse {
  const days = (Date.parse(counted.until) - Date.parse(counted.since)) / millisecondsOfDay;
  return { ...counted, perDay: counted.asked / Math.max(1, (days * workingDays) / daysOfYear) };
}

/**
 * A question that is right saves the minutes it costs today; every one, right or wrong, costs those that asking and
 * checking take. Only questions about what was taught can be right.
 * @param measured answers to trained facts in other words; null: none were asked
 * @param use what people really asked of it; null: nothing yet
 */
export function returnsOf(
  work: Work,
  assumptions: ReturnAssumptions,
  measured: { readonly correct: number; readonly total: number } | null,
  use: LoggedUse | null = null,
): Omit<Returns, 'assumptionsAt'> {
  const { realUse } = assumptions;
  const { minutesPerQuestion, hourlyCost, currency, questionsPerDay } = work;
  const once = assumptions.machineCost + assumptions.collectionHours * hourlyCost;
  const { watts, hoursPerDay, workingDays, electricityPrice, upkeepHours } = assumptions;
  const electricity = (watts / wattsOfKilowatt) * hoursPerDay * workingDays * electricityPrice;
  const running = electricity + upkeepHours * hourlyCost;

  function caseOf(share: number, perDay: number, covered: number): ReturnCase {
    const minutes = share * covered * minutesPerQuestion - assumptions.minutesToCheck;
    const hours = (perDay * workingDays * minutes) / minutesOfHour;
    const perYear = hours * hourlyCost - running;
    return { share, hours, perYear, paybackMonths: perYear > 0 ? (once / perYear) * monthsOfYear : null };
  }

  function among(basis: Return['basis'], right: number, answers: number, perDay: number, covered: number): Return {
    const interval = wilsonInterval(right, answers);
    const cases = { low: interval.low, middle: right / answers, high: interval.high };
    const [low, middle, high] = [cases.low, cases.middle, cases.high].map((share) => caseOf(share, perDay, covered));
    return {
      ...{ basis, right, answers, interval, questionsPerDay: perDay },
      ...{ low: low!, middle: middle!, high: high! },
    };
  }

  return {
    ...{ assumptions, minutesPerQuestion, hourlyCost, currency, once, running },
    evaluated:
      measured && measured.total > 0
        ? among('evaluation', measured.correct, measured.total, questionsPerDay, assumptions.coveredShare)
        : null,
    use,
    // What people really asked is what they asked: covered or not, its answers were counted.
    logged: use && use.graded > 0 ? among('log', use.right, use.graded, use.perDay, 1) : null,
    realUse: realUse ? among('real-use', realUse.right, realUse.answers, realUse.questionsPerDay, 1) : null,
  };
}
