/** Characters that nobody can have meant: lost, half, unseen, or read in another encoding before they came here. */

/**
 * A character that stands for one that was lost, half of a pair, a control character that no screen shows, a mark that turns
 * the order of what follows, or UTF-8 that was once read as another encoding.
 */
export function hasBrokenCharacter(text: string): boolean {
  return unseen.test(text) || !text.isWellFormed() || readAsAnother(text);
}

// Tabs, line ends and the two that Word and Excel leave for them are no faults.
// eslint-disable-next-line no-control-regex
const unseen = /[\0-\x08\x0E-\x1F\x7F-\x9F\u202D\u202E\uFFFD]/u;

/** Where Windows has other characters than ISO 8859-1: https://encoding.spec.whatwg.org/index-windows-1252.txt */
const ofWindows = '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ';
const placesOfWindows = Array.from({ length: 32 }, (_, at) => 0x80 + at).filter(
  (byte) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte),
);
const bytesOfWindows = new Map([...ofWindows].map((character, at) => [character, placesOfWindows[at]!]));
/** Signs that stand behind a letter with an accent in any good text, as in “CAFÉ”. */
const afterLetters = '\u00A0«»‘’‚“”„‹›–—•…®°';
const oneMore = `[\\u0080-\\u00BF${ofWindows}]`;
/** The letters that two bytes of Western letters begin with, and that three bytes of most other characters do. */
const twice = new RegExp(
  `[ÂÃ](?![${afterLetters}])${oneMore}|Ã–|[à-ï]${oneMore}(?![${afterLetters}])${oneMore}|Â[«»®°]`,
  'gu',
);

/** The first two bytes of kana, and what the third one becomes alone or with the first byte of the next. */
const kanaInCp932 = /[縺繧][\uFF61-\uFF9F√ゅ医峨翫九後阪弱上舌代偵薙斐輔悶励倥吶壹帙懊昴槭溘]/u;

/** Western characters whose bytes are well-formed UTF-8, which no language writes, or the kanji that its kana are in CP932. */
function readAsAnother(text: string): boolean {
  if (kanaInCp932.test(text)) return true;
  return (text.match(twice) ?? []).some((run) =>
    isUtf8([...run].map((character) => bytesOfWindows.get(character) ?? character.codePointAt(0)!)),
  );
}

function isUtf8(bytes: readonly number[]): boolean {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes)).length > 0;
  } catch {
    return false;
  }
}
