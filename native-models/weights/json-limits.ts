/** Looks over a JSON text before it is parsed: a short one can nest without end, a long one name things without end. */

export interface JsonLimits {
  /** Lists and objects within each other. */
  readonly depth: number;
  /** Objects in all. */
  readonly objects: number;
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [...'"\\{}[]'].map((sign) =>
  sign.charCodeAt(0),
);

/** Which limit it passes first, or null. Looks no further than that; whatever else is wrong with the text, parsing says. */
export function passedLimit(text: string, { depth, objects }: JsonLimits): keyof JsonLimits | null {
  let open = 0;
  let found = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at + 1);
    else if (code === openBrace || code === openBracket) {
      open += 1;
      if (code === openBrace) found += 1;
      if (open > depth) return 'depth';
      if (found > objects) return 'objects';
    } else if (code === closeBrace || code === closeBracket) open -= 1;
  }
  return null;
}

/** Where the string closes whose first character stands at `from`; behind the text where it does not. */
export function endOfString(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at += 1;
  }
  return text.length;
}
