/** What the hosts say in a terminal, in both languages. */

import type { Language } from '../contract/entities.ts';

const english = {
  'no-electron-binary':
    'Electron’s program file is not on this machine (it would come from the internet), so Usumaku opens in the browser.',
  'no-electron-display': 'There is no display here, so Usumaku opens as a page for a browser.',
  'no-electron-root': 'Electron does not run as the superuser, so Usumaku opens in the browser.',
  building: 'Preparing the screens (once after each update) …',
  'open-at': 'Usumaku is open at {url}',
  'open-by-hand': 'No browser could be opened here; open the address above by hand (it works once).',
  'running-already': 'Usumaku is running on this data already; this opens another window of it.',
  'stop-with': 'Data: {data}. Ctrl+C stops Usumaku; a training that runs is kept and can be resumed.',
  stopping: 'Stopping; what was saved stays …',
} as const;

export type SentenceName = keyof typeof english;

const japanese: Record<SentenceName, string> = {
  'no-electron-binary':
    'このパソコンにはElectronの本体がない（インターネットから入れるもの）ため、薄膜をブラウザーで開きます。',
  'no-electron-display': '画面がないため、薄膜をブラウザー用のページとして開きます。',
  'no-electron-root': 'Electronは管理者（root）では動かないため、薄膜をブラウザーで開きます。',
  building: '画面を準備しています（更新のあと1回だけ）…',
  'open-at': '薄膜を開きました: {url}',
  'open-by-hand': 'ここではブラウザーを開けません。上のアドレスを開いてください（1回だけ使えます）。',
  'running-already': 'このデータの薄膜はすでに動作中です。その画面をもう1つ開きます。',
  'stop-with': 'データ: {data}。Ctrl+Cで終了します。学習の途中経過は残り、あとで再開できます。',
  stopping: '終了しています。保存済みのものは残ります…',
};

export function say(
  name: SentenceName,
  language: Language,
  values: Readonly<Record<string, string | number>> = {},
): string {
  const sentence = (language === 'ja' ? japanese : english)[name];
  return sentence.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? '?'));
}
