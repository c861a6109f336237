/** What the hosts say in a terminal, in both languages. */

import type { Language } from '../contract/entities.ts';

const english = {
  'electron-fetching': 'Fetching Electron {version} from {host}, once (some 120 MB) …',
  'no-electron-binary':
    'Usumaku opens in the browser, because Electron’s program file is not on this machine: {cause}. (“npm start -- --electron” tries again; “npm run -s usumaku -- doctor” says how to bring it by hand.)',
  'fetch-silent': '{host} does not answer',
  'fetch-unreachable': '{host} cannot be reached ({detail})',
  'fetch-refused': '{host} does not hand it out ({detail})',
  'fetch-cut-off': 'the connection to {host} broke off',
  'fetch-checksum': 'what {host} handed out is not the file that Electron’s package names (its checksum is wrong)',
  'fetch-unpacking': 'its archive could not be unpacked ({detail})',
  'fetch-known': 'it could not be fetched from {host} last time',
  'no-electron-package': 'Electron was left out of the installation, so Usumaku opens in the browser.',
  'no-electron-override':
    'The folder that ELECTRON_OVERRIDE_DIST_PATH names holds no Electron, so Usumaku opens in the browser.',
  'electron-died-sandbox':
    'Electron’s sandbox cannot start on this system ({detail}), so Usumaku opens in the browser.',
  'electron-died-library':
    'Electron needs the library {detail}, which this system lacks, so Usumaku opens in the browser.',
  'electron-died-other': 'Electron ended before its window opened ({detail}), so Usumaku opens in the browser.',
  'no-electron-display': 'There is no display here, so Usumaku opens as a page for a browser.',
  'no-electron-root': 'Electron does not run as the superuser, so Usumaku opens in the browser.',
  'data-network':
    'The data lies on the network ({data}). A database there can be damaged, and it is gone when the network is: choose a folder on this PC with --data or USUMAKU_DATA.',
  'data-synchronised':
    'The data lies in a folder that a service copies to other PCs ({data}). It may hold files while they are written and bring older ones back: choose another folder with --data or USUMAKU_DATA.',
  'runtime-missing':
    'Windows lacks {names} of the “Microsoft Visual C++ Redistributable”, or has an old one; models cannot be opened before it is installed from {address} (bring the file on a stick where there is no internet).',
  building: 'Preparing the screens (once after each update) …',
  'open-at': 'Usumaku is open at {url}',
  'open-by-hand': 'No browser could be opened here; open the address above by hand (it works once).',
  'running-already': 'Usumaku is running on this data already; this opens another window of it.',
  'stop-with': 'Data: {data}. Ctrl+C stops Usumaku; a training that runs is kept and can be resumed.',
  stopping: 'Stopping; what was saved stays …',
} as const;

export type SentenceName = keyof typeof english;

const japanese: Record<SentenceName, string> = {
  'electron-fetching': 'Electron {version} を {host} から1回だけ取得します（約120 MB）…',
  'no-electron-binary':
    'Electronの本体がないため、薄膜をブラウザーで開きます: {cause}。（「npm start -- --electron」でもう一度試します。手で入れる方法は「npm run -s usumaku -- doctor」で分かります。）',
  'fetch-silent': '{host} から応答がありません',
  'fetch-unreachable': '{host} に接続できません（{detail}）',
  'fetch-refused': '{host} から取得できません（{detail}）',
  'fetch-cut-off': '{host} との接続が途中で切れました',
  'fetch-checksum':
    '{host} から届いたものは、Electronのパッケージが示すファイルと違います（チェックサムが一致しません）',
  'fetch-unpacking': '書庫を展開できませんでした（{detail}）',
  'fetch-known': '前回 {host} から取得できませんでした',
  'no-electron-package': 'Electronがインストールに含まれていないため、薄膜をブラウザーで開きます。',
  'no-electron-override': 'ELECTRON_OVERRIDE_DIST_PATH のフォルダーにElectronがないため、薄膜をブラウザーで開きます。',
  'electron-died-sandbox':
    'このシステムではElectronのサンドボックスが動かない（{detail}）ため、薄膜をブラウザーで開きます。',
  'electron-died-library':
    'Electronに必要なライブラリー {detail} がこのシステムにないため、薄膜をブラウザーで開きます。',
  'electron-died-other': 'Electronがウィンドウを開く前に終わった（{detail}）ため、薄膜をブラウザーで開きます。',
  'no-electron-display': '画面がないため、薄膜をブラウザー用のページとして開きます。',
  'no-electron-root': 'Electronは管理者（root）では動かないため、薄膜をブラウザーで開きます。',
  'data-network':
    'データがネットワーク上（{data}）にあります。データベースが壊れることがあり、ネットワークが切れると使えません。--data か USUMAKU_DATA で、このPCのフォルダーを選んでください。',
  'data-synchronised':
    'データが、ほかのPCへ同期されるフォルダー（{data}）にあります。書き込み中のファイルを止められたり、古いものに戻されたりすることがあります。--data か USUMAKU_DATA で、別のフォルダーを選んでください。',
  'runtime-missing':
    'Windowsに「Microsoft Visual C++ 再頒布可能パッケージ」の {names} がないか、古い版です。{address} から取得してインストールするまで、モデルを開けません（インターネットがない場合はUSBメモリーなどで持ち込んでください）。',
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
