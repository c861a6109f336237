/** JSON Lines: one object a line, its keys are the columns. */

/** Heading row and cells, or null where the text is not JSON Lines. Empty lines stay as empty rows, so that numbers match. */
export function readJsonLines(text: string): readonly (readonly string[])[] | null {
  if (!/^\s*\{/u.test(text)) return null;
  const objects = text.split(/\r\n|\n/u).map(parseObject);
  if (objects.includes(null)) return null;
  const keys = [...new Set(objects.flatMap((object) => Object.keys(object ?? {})))];
  const cells = objects.map((object) => keys.map((key) => toCell(object?.[key])));
  return [keys, ...cells];
}

function parseObject(line: string): Record<string, unknown> | null {
  if (line.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function toCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
