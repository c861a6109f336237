/**
 * Some built-in number formats look different in each language of Excel, and a file only names their numbers. Where a file was
 * made by a Japanese Excel, they are written into it as that one shows them; elsewhere they stay unknown, and their cells are
 * named. ECMA-376 Part 1, 18.8.30 (numFmts), tables for ja-jp.
 */

const japanese: Readonly<Record<number, string>> = {
  27: '[$-411]ge.m.d',
  28: '[$-411]ggge"年"m"月"d"日"',
  29: '[$-411]ggge"年"m"月"d"日"',
  30: 'm/d/yy',
  31: 'yyyy"年"m"月"d"日"',
  32: 'h"時"mm"分"',
  33: 'h"時"mm"分"ss"秒"',
  34: 'yyyy"年"m"月"',
  35: 'm"月"d"日"',
  36: '[$-411]ge.m.d',
  37: '#,##0;-#,##0',
  38: '#,##0;-#,##0',
  39: '#,##0.00;-#,##0.00',
  40: '#,##0.00;-#,##0.00',
  50: '[$-411]ge.m.d',
  51: '[$-411]ggge"年"m"月"d"日"',
  52: 'yyyy"年"m"月"',
  53: 'm"月"d"日"',
  54: '[$-411]ggge"年"m"月"d"日"',
  55: 'yyyy"年"m"月"',
  56: 'm"月"d"日"',
  57: '[$-411]ge.m.d',
  58: '[$-411]ggge"年"m"月"d"日"',
};
/** A format that `readFormat` refuses: of another language, or of none that is known. */
const unknown = '[local]0';
/** Fonts of a Japanese Excel say that their characters are Japanese (charset 128 is Shift_JIS). */
const japaneseFont = /<charset val="128"\/>|<(?:name|rFont) val="(?:游|ＭＳ|メイリオ|Meiryo|MS P?(?:Gothic|Mincho))/u;

/** `styles.xml` with the formats written out that its language decides. */
export function localFormats(styles: Buffer): Buffer {
  const xml = styles.toString('utf8');
  const used = new Set([...xml.matchAll(/<xf\b[^>]*?\bnumFmtId="(\d+)"/gu)].map(([, id]) => Number(id)));
  const written = new Set([...xml.matchAll(/<numFmt\b[^>]*?\bnumFmtId="(\d+)"/gu)].map(([, id]) => Number(id)));
  const isJapanese = japaneseFont.test(xml);
  const missing = Object.keys(japanese)
    .map(Number)
    .filter((id) => used.has(id) && !written.has(id) && (isJapanese || !isNumber(id)));
  if (missing.length === 0) return styles;
  const formats = missing.map((id) => {
    const code = (isJapanese ? japanese[id]! : unknown).replaceAll('"', '&quot;');
    return `<numFmt numFmtId="${id}" formatCode="${code}"/>`;
  });
  const end = xml.indexOf('</numFmts>');
  if (end >= 0) return Buffer.from(`${xml.slice(0, end)}${formats.join('')}${xml.slice(end)}`);
  const start = xml.indexOf('>', xml.indexOf('<styleSheet')) + 1;
  return Buffer.from(
    `${xml.slice(0, start)}<numFmts count="${formats.length}">${formats.join('')}</numFmts>${xml.slice(start)}`,
  );
}

/** Numbers with separators, which other languages show as the library does. */
const isNumber = (id: number): boolean => id >= 37 && id <= 40;
