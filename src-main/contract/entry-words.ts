/** What is wrong with an entry that was refused, and what a setting must be: in error sentences, on the command line, on screen. */

import type { SettingRule } from '../../native-models/setting-invalid.ts';
import type { Language } from './entities.ts';

/** `{bound}` is what the entry's field allows. */
const faultWords = {
  en: {
    missing: 'has to be given',
    empty: 'is empty',
    'too-long': 'is longer than {bound} characters',
    'too-many': 'holds more than {bound} entries',
    'too-small': 'is less than {bound}',
    'too-large': 'is more than {bound}',
    'not-whole': 'must be a whole number',
    'not-a-number': 'must be a number',
    'not-a-choice': 'is none of the choices',
    contradictory: 'contradicts another entry beside it',
    unknown: 'is not known here',
    'wrong-form': 'is not written in the way that is expected here',
  },
  ja: {
    missing: 'が入力されていません',
    empty: 'が空です',
    'too-long': 'が{bound}文字を超えています',
    'too-many': 'の件数が{bound}件を超えています',
    'too-small': 'が{bound}より小さい値です',
    'too-large': 'が{bound}より大きい値です',
    'not-whole': 'は整数で入力してください',
    'not-a-number': 'は数値で入力してください',
    'not-a-choice': 'が選択肢にない値です',
    contradictory: 'がほかの入力と矛盾しています',
    unknown: 'は使われない項目です',
    'wrong-form': 'の書き方が違います',
  },
} as const;

/** The English ones come with the error, from the machine room itself. */
const japaneseRules: Readonly<Record<SettingRule, string>> = {
  'at-most': '{bound}以下',
  among: '次のいずれか（{bound}）',
  'one-or-more': '1個以上のトークン番号',
  'token-id': '0から{bound}までのトークン番号',
  pattern: '先読みは先頭だけで、グループの参照がない正規表現',
  'as-adapter': '元のアダプターと同じ{bound}、または空欄',
  'exact-here': 'この装置ではfloat32（8・4ビットの学習はCPUだけ）',
  'exact-for-full': '基礎モデル全体の学習ではfloat32',
};

/** What two windows may change at once. */
const editedWords = {
  en: {
    project: 'set-up',
    example: 'example',
    safetyQuestion: 'safety question',
    station: 'station',
    emergencyLine: 'emergency line',
    workShifts: 'list of shifts',
    assumptions: 'set of assumptions',
  },
  ja: {
    project: '準備の内容',
    example: '事例',
    safetyQuestion: '安全の質問',
    station: '持ち場',
    emergencyLine: '緊急連絡先',
    workShifts: '勤務の一覧',
    assumptions: '採算の前提',
  },
} as const satisfies Readonly<Record<Language, Readonly<Record<string, string>>>>;

/** What two windows may edit at the same time. */
export type Edited = keyof typeof editedWords.en;

export const editedInWords = (what: string, language: Language): string =>
  (editedWords[language] as Readonly<Record<string, string>>)[what] ?? what;

export type EntryFault = keyof typeof faultWords.en;

type Values = Readonly<Record<string, string | number>>;

export const faultInWords = ({ fault, bound }: Values, language: Language): string =>
  filled(faultWords[language], fault, bound);

export const ruleInWords = ({ rule, bound, expected }: Values, language: Language): string =>
  language === 'en' ? String(expected) : filled(japaneseRules, rule, bound);

function filled(
  words: Readonly<Record<string, string>>,
  code: string | number = '',
  bound: string | number = '',
): string {
  return (words[code] ?? String(code)).replace('{bound}', String(bound));
}
