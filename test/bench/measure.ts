/** Timing that a busy machine disturbs little: cases take turns, medians and ratios are taken round by round. */

export interface Timing {
  /** Seconds of each round. */
  readonly rounds: readonly number[];
  readonly median: number;
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}

/**
 * Runs all cases one after the other, round by round, so that whatever slows the machine slows them all.
 * The first rounds of a session are about twice as slow (memory pattern, packing) and are left out.
 */
export async function alternate<Name extends string>(
  cases: Readonly<Record<Name, () => unknown>>,
  rounds = 7,
  warmUp = 2,
): Promise<Readonly<Record<Name, Timing>>> {
  const names = Object.keys(cases) as Name[];
  const seconds = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round++) {
    for (const name of names) {
      const started = performance.now();
      await cases[name]();
      if (round >= warmUp) seconds.get(name)!.push((performance.now() - started) / 1000);
    }
  }
  const timing = (name: Name): [Name, Timing] => {
    const values = seconds.get(name)!;
    return [name, { rounds: values, median: median(values) }];
  };
  return Object.fromEntries(names.map(timing)) as Record<Name, Timing>;
}

/** How many times faster `fast` is than `slow`: median, smallest and largest of the rounds. */
export function speedUp(fast: Timing, slow: Timing): { readonly median: number; readonly range: string } {
  const ratios = fast.rounds.map((seconds, round) => slow.rounds[round]! / seconds);
  return { median: median(ratios), range: range(ratios, 2) };
}

/** The smallest and the largest of some numbers. */
export function range(values: readonly number[], digits = 0): string {
  return `${Math.min(...values).toFixed(digits)}–${Math.max(...values).toFixed(digits)}`;
}

export interface Result {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Spread, or what the number is compared with. */
  readonly note?: string;
}

/** Prints one result as it comes; with `json`, as one JSON line. */
export function report({ what, value, unit, note = '' }: Result, json: boolean): void {
  if (json) console.log(JSON.stringify({ what, value, unit, note }));
  else console.log(`${what.padEnd(58)} ${numbers.format(value).padStart(9)} ${unit.padEnd(9)} ${note}`.trimEnd());
}

const numbers = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
