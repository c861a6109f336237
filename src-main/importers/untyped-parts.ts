/** The parts of the spreadsheet library that its own types leave open, as its documentation describes them. */

import { CFB, SSF } from '@e965/xlsx';

/** Number formats: https://docs.sheetjs.com/docs/csf/features/nf */
export const numberFormats = SSF as {
  format(format: string, value: number | string, options?: { readonly date1904: boolean }): string;
  parse_date_code(value: number, options: { readonly date1904: boolean }): object | null;
};

/** Archives and containers: https://docs.sheetjs.com/docs/api/parse and its package `cfb`. */
export const containers = CFB as {
  readonly utils: {
    cfb_new(options: { readonly root: string }): object;
    cfb_add(archive: object, path: string, data: Buffer): void;
  };
  read(bytes: Buffer, options: { readonly type: 'buffer' }): object;
  /** null where there is no such file. */
  find(archive: object, path: string): { readonly content: Uint8Array } | null;
  write(
    archive: object,
    options: { readonly fileType: 'zip'; readonly type: 'buffer'; readonly compression: boolean },
  ): Buffer;
};
