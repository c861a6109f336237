/** What a step waits for, as people say it: in error sentences, on the command line, on screen. */

import type { GateReason, Language } from './entities.ts';

const words: Readonly<Record<Language, Readonly<Record<GateReason['kind'], string>>>> = {
  en: {
    answers: '{count} more answers of the candidate',
    hours: '{count} more hours',
    'guards-hold': 'the guards need {count} more good answers or grades',
    'guards-halt': 'a guard says halt',
    'not-evaluated': 'it was not evaluated in the precision that answers',
    'criteria-unmet': 'it does not meet the criteria of today',
    unapproved: 'somebody else must approve it',
  },
  ja: {
    answers: '候補の回答があと{count}件必要です',
    hours: 'あと{count}時間必要です',
    'guards-hold': '監視の判断に、良い回答や評価があと{count}件必要です',
    'guards-halt': '監視が停止と判断しています',
    'not-evaluated': '答える精度ではまだ評価されていません',
    'criteria-unmet': '今日の成功基準を満たしていません',
    unapproved: 'ほかの人の承認が必要です',
  },
};

/** One reason; a number that nobody can tell is “?”. */
export function gateReasonInWords(reason: GateReason, language: Language): string {
  const count = 'missing' in reason ? reason.missing : 'needed' in reason ? (reason.needed ?? '?') : '';
  return words[language][reason.kind].replace('{count}', String(count));
}

/** @param reasons as `gateReasonsAsText` wrote them */
export function gateReasonsInWords(reasons: string, language: Language): string {
  return (JSON.parse(reasons) as readonly GateReason[])
    .map((reason) => gateReasonInWords(reason, language))
    .join(language === 'ja' ? '、' : '; ');
}

/** For the values of an error, which are texts and numbers. */
export const gateReasonsAsText = (reasons: readonly GateReason[]): string => JSON.stringify(reasons);
