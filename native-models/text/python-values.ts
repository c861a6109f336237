/** What Python does with texts and dates in a template, where JavaScript's own functions do something else. */

/** Python's white space, which is neither JavaScript's nor Unicode's. */
const pythonSpace =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';

/** `str.strip`, `lstrip` and `rstrip`: takes away every leading and trailing character that is among `characters`. */
export function strip(
  text: string,
  characters: string | null | undefined,
  side: 'strip' | 'lstrip' | 'rstrip',
): string {
  const away = new Set(characters ?? pythonSpace);
  const signs = Array.from(text);
  let [start, end] = [0, signs.length];
  if (side !== 'rstrip') while (start < end && away.has(signs[start]!)) start++;
  if (side !== 'lstrip') while (end > start && away.has(signs[end - 1]!)) end--;
  return signs.slice(start, end).join('');
}

/** `str.split` without a separator: parts between runs of white space. */
export function splitAtSpace(text: string): readonly string[] {
  return text.split(new RegExp(`[${pythonSpace}]+`, 'u')).filter((part) => part !== '');
}

const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October'];
months.push('November', 'December');
const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/**
 * Python's `strftime` in English, whatever language the machine speaks: models were trained on these words. Raises for a
 * form that is not among those proven.
 */
export function formatDate(date: Date, format: string): string {
  const padded = (number: number, length = 2) => String(number).padStart(length, '0');
  const month = months[date.getMonth()]!;
  const weekday = weekdays[date.getDay()]!;
  const dayOfYear =
    Math.round(
      (Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) - Date.UTC(date.getFullYear(), 0, 1)) / 86_400_000,
    ) + 1;
  const hour12 = date.getHours() % 12 || 12;
  const parts: Record<string, string> = {
    '%Y': String(date.getFullYear()),
    '%y': padded(date.getFullYear() % 100),
    '%m': padded(date.getMonth() + 1),
    '%-m': String(date.getMonth() + 1),
    '%d': padded(date.getDate()),
    '%-d': String(date.getDate()),
    '%e': String(date.getDate()).padStart(2, ' '),
    '%j': padded(dayOfYear, 3),
    '%F': `${date.getFullYear()}-${padded(date.getMonth() + 1)}-${padded(date.getDate())}`,
    '%B': month,
    '%b': month.slice(0, 3),
    '%A': weekday,
    '%a': weekday.slice(0, 3),
    '%H': padded(date.getHours()),
    '%I': padded(hour12),
    '%p': date.getHours() < 12 ? 'AM' : 'PM',
    '%M': padded(date.getMinutes()),
    '%S': padded(date.getSeconds()),
    '%%': '%',
  };
  return format.replace(/%-?./gs, (place) => {
    const part = parts[place];
    if (part === undefined) throw new Error(`strftime_now writes ${place}, which is not supported`);
    return part;
  });
}
