/** How far people who judge the same answers agree beyond chance. */

/**
 * Cohen's kappa of two people, who judged the same items in the same order: 1 is full agreement, 0 what chance gives.
 * null where there are no items, or where both always say the same one thing: chance then explains everything. Cohen 1960, doi:10.1177/001316446002000104.
 */
export function cohensKappa(first: readonly string[], second: readonly string[]): number | null {
  const total = first.length;
  if (total === 0 || second.length !== total) return null;
  const agreed = first.filter((vote, index) => vote === second[index]).length / total;
  const votes = new Set([...first, ...second]);
  const share = (judged: readonly string[], vote: string) => judged.filter((each) => each === vote).length / total;
  const byChance = [...votes].reduce((sum, vote) => sum + share(first, vote) * share(second, vote), 0);
  return beyondChance(agreed, byChance);
}

/**
 * Fleiss' kappa of any number of people.
 * @param counts for each item how many chose each category; every item judged by the same number of people, two or more
 * @returns null where that does not hold, or where all always say the same one thing. Fleiss 1971, doi:10.1037/h0031619.
 */
export function fleissKappa(counts: readonly (readonly number[])[]): number | null {
  const items = counts.length;
  const judges = sum(counts[0] ?? []);
  if (items === 0 || judges < 2 || counts.some((row) => sum(row) !== judges)) return null;
  const agreed =
    sum(counts.map((row) => (sum(row.map((count) => count * count)) - judges) / (judges * (judges - 1)))) / items;
  const categories = Math.max(...counts.map((row) => row.length));
  const shares = Array.from(
    { length: categories },
    (_, at) => sum(counts.map((row) => row[at] ?? 0)) / (items * judges),
  );
  return beyondChance(agreed, sum(shares.map((share) => share * share)));
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const beyondChance = (agreed: number, byChance: number): number | null =>
  byChance >= 1 ? null : (agreed - byChance) / (1 - byChance);
