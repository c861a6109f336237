/** The middle of some numbers, 0 of none: first and disturbed runs would pull a mean along. */
export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0;
}
