/** What V8 does not say of a JSON text: where it stops being JSON, and which keys stand twice. RFC 8259, read in one pass. */

/** Line and column, both from 1, of the first character that cannot stand there; null where the whole text is one value. */
export function jsonFault(text: string): { readonly line: number; readonly column: number } | null {
  const at = faultAt(text);
  if (at === null) return null;
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}

const blank = /[ \t\r\n]*/y;
const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// Control characters may not stand in a string, so a quote that is missing is noticed at the end of its line.
// eslint-disable-next-line no-control-regex
const plainCharacters = /[^"\\\x00-\x1F]*/y;
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** What may come next: a value, a value or the end of a list, a key, a key or the end of an object, or what follows a value. */
type Expected = 'value' | 'first-item' | 'key' | 'first-key' | 'after';

function faultAt(text: string): number | null {
  const open: ('[' | '{')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (!found) return false;
    at = pattern.lastIndex;
    return found[0] !== '';
  };
  const string = (): boolean => {
    at += 1;
    do skip(plainCharacters);
    while (text[at] === '\\' && skip(escape));
    if (text[at] !== '"') return false;
    at += 1;
    return true;
  };
  for (;;) {
    skip(blank);
    const next = text[at];
    if (expected === 'after') {
      if (open.length === 0) return at < text.length ? at : null;
      const list = open.at(-1) === '[';
      if (next === ',') expected = list ? 'value' : 'key';
      else if (next === (list ? ']' : '}')) open.pop();
      else return at;
      at += 1;
    } else if (expected === 'key' || expected === 'first-key') {
      if (next === '}' && expected === 'first-key') {
        open.pop();
        at += 1;
        expected = 'after';
        continue;
      }
      if (next !== '"' || !string()) return at;
      skip(blank);
      if (text[at] !== ':') return at;
      at += 1;
      expected = 'value';
    } else if (next === ']' && expected === 'first-item') {
      open.pop();
      at += 1;
      expected = 'after';
    } else if (next === '[' || next === '{') {
      open.push(next);
      at += 1;
      expected = next === '[' ? 'first-item' : 'first-key';
    } else if (next === '"') {
      if (!string()) return at;
      expected = 'after';
    } else {
      if (!skip(scalar)) return at;
      expected = 'after';
    }
  }
}

// One run of plain characters after the other: an alternative for each would be remembered, and a long text has too many.
const sign = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/gu;

/** Keys that stand twice in one object of a valid text, each with the item (from 1) of the outermost list that it is in. */
export function* repeatedKeys(text: string): Generator<{ readonly key: string; readonly item: number }> {
  /** Of each object that is open its keys so far; null: a list. */
  const open: (Set<string> | null)[] = [];
  let item = 1;
  for (const { 0: found, index } of text.matchAll(sign)) {
    if (found === '{' || found === '[') open.push(found === '{' ? new Set() : null);
    else if (found === '}' || found === ']') open.pop();
    else if (found === ',') item += open.length === 1 && open[0] === null ? 1 : 0;
    else {
      const keys = open.at(-1);
      colon.lastIndex = index + found.length;
      if (!keys || !colon.test(text)) continue;
      const key = JSON.parse(found) as string;
      if (keys.has(key)) yield { key, item };
      keys.add(key);
    }
  }
}

const colon = /[ \t\r\n]*:/y;
