/**
 * CP932 (Shift_JIS as Windows writes it), strictly: every pair is a character or a fault. User-defined characters, the
 * gaiji of a plant, are U+E000 and on, as Windows has them: https://encoding.spec.whatwg.org/#shift_jis-decoder
 */

/** Code points for the bytes, one for each character; 0x3F (a question mark) where there is none. */
type ToUnicode = (bytes: number[]) => number[];

const userDefined = { firstLead: 0xf0, lastLead: 0xf9, firstCharacter: 0xe000, perLead: 188 } as const;
/** Characters given to the table at once. */
const runLength = 50_000;

/** The text, or the index of the first byte that is no character. */
export function decodeCp932(
  bytes: Uint8Array,
  toUnicode: ToUnicode,
): { readonly text: string } | { readonly faultAt: number } {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const run = decodeRun(bytes, at, toUnicode);
    if ('faultAt' in run) return run;
    parts.push(run.text);
    at = run.end;
  }
  return { text: parts.join('') };
}

/**
 * Share of everyday characters (kana, signs and the kanji of the first level, whose first byte is 0x81 to 0x97) among those
 * that are not ASCII. Japanese text has hardly any others; what was written in another encoding has many. 0 where a pair is
 * no character.
 */
export function everydayShare(bytes: Uint8Array): number {
  let everyday = 0;
  let all = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at]!;
    if (byte < 0x80) continue;
    all += 1;
    if (!isLead(byte)) continue;
    at += 1;
    if (!isTrail(bytes[at] ?? 0)) return 0;
    if (byte <= 0x97) everyday += 1;
  }
  return everyday / Math.max(1, all);
}

function decodeRun(
  bytes: Uint8Array,
  begin: number,
  toUnicode: ToUnicode,
): { readonly text: string; readonly end: number } | { readonly faultAt: number } {
  const starts: number[] = [];
  /** User-defined characters by their place among `starts`; the table gets a space for each. */
  const own = new Map<number, number>();
  const plain: number[] = [];
  let at = begin;
  for (; at < bytes.length && starts.length < runLength;) {
    const lead = bytes[at]!;
    const length = isLead(lead) ? 2 : 1;
    const trail = bytes[at + 1] ?? 0;
    if (length === 2 && !isTrail(trail)) return { faultAt: at };
    if (lead >= userDefined.firstLead && lead <= userDefined.lastLead) {
      own.set(starts.length, userDefinedCharacter(lead, trail));
      plain.push(0x20);
    } else plain.push(...bytes.subarray(at, at + length));
    starts.push(at);
    at += length;
  }
  const codes = toUnicode(plain);
  const fault = starts.findIndex(
    (start, index) => codes[index] === undefined || isUnknown(codes[index], bytes[start]!),
  );
  if (fault >= 0) return { faultAt: starts[fault]! };
  for (const [index, code] of own) codes[index] = code;
  return { text: toText(codes), end: at };
}

const isLead = (byte: number): boolean => (byte >= 0x81 && byte <= 0x9f) || (byte >= 0xe0 && byte <= 0xfc);
const isTrail = (byte: number): boolean => byte >= 0x40 && byte <= 0xfc && byte !== 0x7f;
const isUnknown = (code: number, byte: number): boolean => code === 0x3f && byte !== 0x3f;

function userDefinedCharacter(lead: number, trail: number): number {
  const place = trail - (trail < 0x7f ? 0x40 : 0x41);
  return userDefined.firstCharacter + (lead - userDefined.firstLead) * userDefined.perLead + place;
}

function toText(codes: readonly number[]): string {
  const slice = 8_192;
  let text = '';
  for (let at = 0; at < codes.length; at += slice) text += String.fromCharCode(...codes.slice(at, at + slice));
  return text;
}
