/** Moments as the browser's field for date and time writes them: by this device's clock, without a zone. */

const two = (value: number): string => String(value).padStart(2, '0');

/** @param moment ISO 8601 in UTC */
export function localTime(moment: string): string {
  const at = new Date(moment);
  const day = [at.getFullYear(), two(at.getMonth() + 1), two(at.getDate())].join('-');
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export const utcOf = (local: string): string => new Date(local).toISOString();
