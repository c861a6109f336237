/** What the shell itself says in dialogs, in both languages. */

import type { Language } from '../../contract/entities.ts';

const english = {
  'cannot-start': 'Usumaku cannot start',
  'stopped-working': 'Usumaku ran into a problem and ends',
  'nothing-lost': 'Your data is in {data}. Nothing was deleted. The log beside it ({log}) says more.',
  'training-runs': 'A training is running.',
  'training-is-kept': 'If you close Usumaku, it stops at the last saved state and can be resumed later.',
  'training-ended': 'Training {number} has ended',
  'training-completed': 'The adapter is ready. Next: prove that it helps.',
  'training-failed': 'It stopped before its end; Train says why.',
  'training-interrupted': 'It was interrupted; resume it in Train from its last saved state.',
  stay: 'Keep it open',
  'close-anyway': 'Close; resume later',
  'still-serving': 'Usumaku answers programs and stations: {departments}',
  'open-window': 'Open the window',
  'end-serving': 'End Usumaku: nobody is answered any more',
} as const;

export type ShellSentence = keyof typeof english;

const japanese: Record<ShellSentence, string> = {
  'cannot-start': '薄膜を起動できません',
  'stopped-working': '薄膜に問題が起きたため終了します',
  'nothing-lost': 'データは {data} にあり、何も消えていません。詳しくは記録（{log}）をご覧ください。',
  'training-runs': '学習が進行中です。',
  'training-is-kept': '薄膜を閉じると、最後に保存したところで止まり、あとで再開できます。',
  'training-ended': '学習{number}が終わりました',
  'training-completed': 'アダプターができました。次は、役に立つかを確かめます。',
  'training-failed': '途中で止まりました。理由は「学習」で分かります。',
  'training-interrupted': '中断されました。「学習」で、最後に保存したところから続けられます。',
  stay: '閉じない',
  'close-anyway': '閉じて、あとで再開する',
  'still-serving': '薄膜がプログラムと持ち場に応答しています: {departments}',
  'open-window': '画面を開く',
  'end-serving': '薄膜を終了する（応答も止まります）',
};

export function shellSay(
  name: ShellSentence,
  language: Language,
  values: Readonly<Record<string, string>> = {},
): string {
  const sentence = (language === 'ja' ? japanese : english)[name];
  return sentence.replace(/\{(\w+)\}/g, (_, key: string) => values[key] ?? '?');
}
