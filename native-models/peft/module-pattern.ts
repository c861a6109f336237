/**
 * Regular expressions of adapters, as Python's `re.fullmatch` and `re.match` read them, on an engine that never tries one way
 * after another: whoever made an adapter may write what they like, and no name of a module takes long.
 * https://github.com/google/re2/wiki/Syntax
 */

import { RE2JS } from 're2js';
import { settingInvalid } from '../setting-invalid.ts';

/** Longer than any pattern that names modules. */
const longestPattern = 4_000;

interface Pattern {
  /** The groups of a whole name, the first being the name itself; null where it does not fit. */
  groupsOf(name: string): readonly (string | null)[] | null;
}

/** Each is used for every module of a model. */
const known = new Map<string, Pattern>();
const mostKnown = 5_000;

/** @param setting where it stands, for the refusal `setting-invalid` of what cannot be used */
export function modulePattern(setting: string, pattern: string): Pattern {
  const found = known.get(pattern);
  if (found) return found;
  if (known.size >= mostKnown) known.clear();
  const compiled = compile(setting, pattern);
  known.set(pattern, compiled);
  return compiled;
}

function compile(setting: string, pattern: string): Pattern {
  try {
    if (pattern.length > longestPattern) throw new Error('it is too long');
    const { looks, rest } = looksAhead(pattern);
    const conditions = looks.map(({ inner, wanted }) => ({ expression: RE2JS.compile(`(?:${inner})`), wanted }));
    const expression = RE2JS.compile(`(?:${rest})`);
    return {
      groupsOf(name) {
        if (conditions.some((each) => each.expression.matcher(name).lookingAt() !== each.wanted)) return null;
        const matcher = expression.matcher(name);
        if (!matcher.matches()) return null;
        return Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group));
      },
    };
  } catch (cause) {
    throw settingInvalid(setting, pattern.slice(0, 200), { rule: 'pattern' }, { cause });
  }
}

/**
 * What stands at the very beginning, as in `^(?!.*vision).*q_proj`: a condition on the name of its own. The engine has no
 * looking ahead anywhere else, and none here where what follows is one of several ways.
 */
function looksAhead(pattern: string): {
  readonly looks: readonly { readonly inner: string; readonly wanted: boolean }[];
  readonly rest: string;
} {
  const looks: { inner: string; wanted: boolean }[] = [];
  let rest = pattern;
  for (;;) {
    const [, kind] = /^\^?\(\?([=!])/u.exec(rest) ?? [];
    if (kind === undefined) break;
    const begin = rest.indexOf('(');
    const end = closing(rest, begin);
    looks.push({ inner: rest.slice(begin + 3, end), wanted: kind === '=' });
    rest = rest.slice(end + 1);
  }
  if (looks.length > 0 && hasWays(rest)) throw new Error('it looks ahead in one of several ways');
  return { looks, rest };
}

/** Where the bracket that opens at `begin` closes. */
function closing(pattern: string, begin: number): number {
  for (const { at, depth } of signs(pattern, begin)) if (depth === 0) return at;
  throw new Error('a bracket stays open');
}

/** Whether it is several ways, outside of brackets. */
function hasWays(pattern: string): boolean {
  return [...signs(pattern, 0)].some(({ sign, depth }) => sign === '|' && depth === 0);
}

interface Sign {
  readonly sign: string;
  readonly at: number;
  /** Brackets that are open behind it. */
  readonly depth: number;
}

/** Characters that mean something: not escaped, and in no set of characters. */
function* signs(pattern: string, from: number): Generator<Sign> {
  let inSet = false;
  let depth = 0;
  for (let at = from; at < pattern.length; at += 1) {
    const sign = pattern[at]!;
    if (sign === '\\') at += 1;
    else if (inSet) inSet = sign !== ']';
    else if (sign === '[') inSet = true;
    else {
      if (sign === '(') depth += 1;
      if (sign === ')') depth -= 1;
      yield { sign, at, depth };
    }
  }
}
