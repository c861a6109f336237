/**
 * Reads ZIP archives with an eye on what comes out: bytes are counted while they are inflated, and what nobody needs is not
 * inflated at all. https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, section 4.3
 */

import { crc32, inflateRawSync } from 'node:zlib';
import { OfficeError } from '../contract/errors.ts';
import { importLimits } from '../contract/import-limits.ts';

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly packedBytes: number;
  /** CRC-32 of the unpacked bytes. */
  readonly checksum: number;
  readonly offset: number;
}

const signatures = { end: 0x06054b50, entry: 0x02014b50, local: 0x04034b50 } as const;
/** A comment of 65,535 bytes may follow the end record of 22. */
const longestEnd = 22 + 0xffff;
const mostEntries = 20_000;

/**
 * The wanted files by name. @throws OfficeError import-unpacks-too-large; RangeError or Error of a damaged archive, which the
 * caller puts into words
 */
export function unzip(bytes: Buffer, isWanted: (name: string) => boolean): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  let left = importLimits.unpackedMegabytes * 1024 * 1024;
  for (const entry of entriesOf(bytes)) {
    if (!isWanted(entry.name)) continue;
    // Two readers would see two different files.
    if (files.has(entry.name)) throw new Error(`${entry.name} lies in it twice`);
    const data = read(bytes, entry, left);
    if (crc32(data) !== entry.checksum) throw new Error(`${entry.name} in it is damaged`);
    left -= data.length;
    files.set(entry.name, data);
  }
  return files;
}

function entriesOf(bytes: Buffer): readonly Entry[] {
  const end = findEnd(bytes);
  const count = bytes.readUInt16LE(end + 10);
  if (count > mostEntries) throw new Error(`${count} files in one archive`);
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index += 1) {
    if (bytes.readUInt32LE(at) !== signatures.entry) throw new Error('its list of files is damaged');
    if (bytes.readUInt16LE(at + 8) & 1) throw new OfficeError('import-encrypted');
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((place) => bytes.readUInt16LE(at + place)) as [
      number,
      number,
      number,
    ];
    const name = bytes.toString('utf8', at + 46, at + 46 + nameBytes);
    const extra = bytes.subarray(at + 46 + nameBytes, at + 46 + nameBytes + extraBytes);
    const sizes = [24, 20, 42].map((place) => bytes.readUInt32LE(at + place)) as [number, number, number];
    const [, packedBytes, offset] = largeSizes(extra, sizes);
    const [method, checksum] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 16)];
    entries.push({ name, method, checksum, packedBytes, offset });
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return entries;
}

function findEnd(bytes: Buffer): number {
  for (let at = bytes.length - 22; at >= Math.max(0, bytes.length - longestEnd); at -= 1)
    if (bytes.readUInt32LE(at) === signatures.end) return at;
  throw new Error('its end is missing');
}

/** ZIP64: values that do not fit are all ones, and stand in an extra field in the same order. */
function largeSizes(extra: Buffer, sizes: [number, number, number]): readonly [number, number, number] {
  if (!sizes.includes(0xffffffff)) return sizes;
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    let place = at + 4;
    return sizes.map((size) => {
      if (size !== 0xffffffff) return size;
      place += 8;
      return Number(extra.readBigUInt64LE(place - 8));
    }) as [number, number, number];
  }
  throw new Error('its list of files is damaged');
}

function read(bytes: Buffer, { name, method, packedBytes, offset }: Entry, most: number): Buffer {
  if (bytes.readUInt32LE(offset) !== signatures.local) throw new Error(`${name} is not where it should be`);
  const begin = offset + 30 + bytes.readUInt16LE(offset + 26) + bytes.readUInt16LE(offset + 28);
  const packed = bytes.subarray(begin, begin + packedBytes);
  if (method === 0 && packed.length <= most) return packed;
  if (method !== 0 && method !== 8) throw new Error(`${name} is packed in an unknown way`);
  try {
    if (method === 8) return inflateRawSync(packed, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_BUFFER_TOO_LARGE') throw error;
  }
  throw new OfficeError('import-unpacks-too-large', { megabytes: importLimits.unpackedMegabytes });
}
