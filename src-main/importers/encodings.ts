/** Reads text whatever wrote it: UTF-8, UTF-16 or the Japanese encodings that Excel and older systems still use. */

import { OfficeError } from '../contract/errors.ts';

export interface DecodedText {
  readonly text: string;
  readonly encoding: 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'CP932' | 'EUC-JP' | 'ISO-2022-JP';
}

const japanese = { SJIS: 'CP932', EUCJP: 'EUC-JP', JIS: 'ISO-2022-JP' } as const;

/** @throws OfficeError import-undecodable */
export async function decodeText(bytes: Uint8Array, fileName: string): Promise<DecodedText> {
  const decoded = (hasEscape(bytes) ? null : decodeUnicode(bytes)) ?? (await decodeJapanese(bytes));
  // Text has no NUL and no character that stands for a broken one: this is some other kind of file.
  if (!decoded || /[\0\uFFFD]/u.test(decoded.text)) throw new OfficeError('import-undecodable', { file: fileName });
  return decoded;
}

function decodeUnicode(bytes: Uint8Array): DecodedText | null {
  const order = byteOrder(bytes);
  if (order === null) {
    const text = decodeStrictly('utf-8', bytes);
    return text === null ? null : { text, encoding: 'UTF-8' };
  }
  const text = decodeStrictly(order, bytes);
  return text === null ? null : { text, encoding: order === 'utf-16le' ? 'UTF-16LE' : 'UTF-16BE' };
}

/** From the byte order mark; without one, from where the zero bytes of line ends, commas and digits are. */
function byteOrder(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes.length % 2 === 1) return null;
  const zeros = [0, 0];
  bytes.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2]! += 1;
  });
  const [even = 0, odd = 0] = zeros;
  const share = Math.max(even, odd) / (bytes.length / 2);
  if (share < 0.02 || Math.min(even, odd) > 0) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

function decodeStrictly(label: string, bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(label, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** ISO-2022-JP is ASCII with escapes, so it would pass for UTF-8. */
function hasEscape(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('\x1b$');
}

/** Its tables of characters are loaded where a text needs them: they would hold up every start of the app. */
async function decodeJapanese(bytes: Uint8Array): Promise<DecodedText | null> {
  const { default: Encoding } = await import('encoding-japanese');
  const found = Encoding.detect(bytes);
  if (found !== 'SJIS' && found !== 'EUCJP' && found !== 'JIS') return null;
  const codes = Encoding.convert(bytes, { to: 'UNICODE', from: found });
  return { text: Encoding.codeToString(codes), encoding: japanese[found] };
}
