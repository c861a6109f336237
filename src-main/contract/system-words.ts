/** What an operating system says of files, in words for people. https://nodejs.org/api/errors.html#common-system-errors */

import type { Language } from './entities.ts';

const words: Record<Language, Readonly<Record<string, string>>> = {
  en: {
    EACCES: 'you may not do that there',
    EPERM: 'you may not do that there',
    EROFS: 'the disk is read-only',
    ENOTDIR: 'a file lies in the place of a folder',
    EEXIST: 'a file lies in the place of a folder',
    EISDIR: 'it is a folder',
    ENOENT: 'nothing can be found or made there',
    EIO: 'the disk does not answer properly',
    ENODEV: 'the disk is gone',
    ENXIO: 'the disk is gone',
    ENAMETOOLONG: 'the path is too long for this system',
    ELOOP: 'a link leads back to itself',
    EBUSY: 'another program holds it',
    EMFILE: 'too many files are open',
    ETXTBSY: 'another program holds it',
  },
  ja: {
    EACCES: '権限がありません',
    EPERM: '権限がありません',
    EROFS: 'ディスクが読み取り専用です',
    ENOTDIR: 'フォルダーの場所にファイルがあります',
    EEXIST: 'フォルダーの場所にファイルがあります',
    EISDIR: 'フォルダーです',
    ENOENT: 'その場所が見つからないか、作れません',
    EIO: 'ディスクが正しく応答しません',
    ENODEV: 'ディスクがありません',
    ENXIO: 'ディスクがありません',
    ENAMETOOLONG: 'パスが長すぎます',
    ELOOP: 'リンクが自分自身に戻ります',
    EBUSY: '別のプログラムが使用中です',
    EMFILE: '開いているファイルが多すぎます',
    ETXTBSY: '別のプログラムが使用中です',
  },
};

/** `EACCES: permission denied, open …` in words; anything else as it is. */
export function systemInWords(reason: string, language: Language): string {
  const code = /^(E[A-Z]+)\b/.exec(reason)?.[1] ?? '';
  return words[language][code] ?? reason;
}
