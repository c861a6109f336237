/** How much of a table is read: said beforehand, and held to while reading. */

export const importLimits = {
  /** Of the file itself. What a window sends has to fit into one request, in base64. */
  megabytes: 50,
  /** Of all that is unpacked from a workbook, counted while it is inflated. */
  unpackedMegabytes: 128,
  rows: 200_000,
  columns: 1_000,
  cells: 1_000_000,
  /** Characters (UTF-16 code units) in one cell. */
  cellCharacters: 200_000,
  /** From the start of the reading process to its answer. */
  seconds: 60,
} as const;
