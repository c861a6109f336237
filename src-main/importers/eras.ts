/** Japanese eras as spreadsheets show them, from the first day that a spreadsheet knows (1 January 1900). */

/** First days, newest first. https://www.ndl.go.jp/modern/e/cha0/description01.html for the older ones */
const eras = [
  { begins: 2019_05_01, firstYear: 2019, name: '令和', short: '令', letter: 'R' },
  { begins: 1989_01_08, firstYear: 1989, name: '平成', short: '平', letter: 'H' },
  { begins: 1926_12_25, firstYear: 1926, name: '昭和', short: '昭', letter: 'S' },
  { begins: 1912_07_30, firstYear: 1912, name: '大正', short: '大', letter: 'T' },
  { begins: 1868_10_23, firstYear: 1868, name: '明治', short: '明', letter: 'M' },
] as const;

export interface Era {
  /** 令和, 令, R: as `ggg`, `gg` and `g` show it. */
  readonly names: readonly [string, string, string];
  /** From 1. */
  readonly year: number;
}

/** The era of a day; months and days count from 1. null before Meiji. */
export function eraOf(year: number, month: number, day: number): Era | null {
  const date = year * 10_000 + month * 100 + day;
  const era = eras.find(({ begins }) => date >= begins);
  return era ? { names: [era.letter, era.short, era.name], year: year - era.firstYear + 1 } : null;
}
