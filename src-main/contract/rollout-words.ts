/** What a step waits for and why it was halted, as people say it: in error sentences and notices, on the command line, on screen. */

import type { GateReason, GuardName, Language } from './entities.ts';
import type { HaltedEvent } from './events.ts';

const words: Readonly<Record<Language, Readonly<Record<GateReason['kind'], string>>>> = {
  en: {
    answers: '{count} more answers of the candidate',
    hours: '{count} more hours',
    'guards-hold': 'the guards need {count} more good answers or grades',
    'guards-halt': 'a guard says halt',
    'not-evaluated': 'it was not evaluated in the precision that answers',
    'criteria-unmet': 'it does not meet the criteria of today',
    unapproved: 'somebody else must approve it',
    'too-early': 'it is planned for {until}',
    shift: 'a shift is at work until {until}',
    blackout: 'nothing may change up to and including {until}',
  },
  ja: {
    answers: '候補の回答があと{count}件必要です',
    hours: 'あと{count}時間必要です',
    'guards-hold': '監視の判断に、良い回答や評価があと{count}件必要です',
    'guards-halt': '監視が停止と判断しています',
    'not-evaluated': '答える精度ではまだ評価されていません',
    'criteria-unmet': '今日の成功基準を満たしていません',
    unapproved: 'ほかの人の承認が必要です',
    'too-early': '{until} に開始する予定です',
    shift: '{until} まで勤務時間中です',
    blackout: '{until} まで変更禁止の期間です',
  },
};

/** One reason; a number that nobody can tell is “?”. */
export function gateReasonInWords(reason: GateReason, language: Language): string {
  const count = 'missing' in reason ? reason.missing : 'needed' in reason ? (reason.needed ?? '?') : '';
  const until = 'until' in reason ? reason.until : 'at' in reason ? momentInWords(reason.at, language) : '';
  return words[language][reason.kind].replace('{count}', String(count)).replace('{until}', until);
}

const momentInWords = (at: string, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at));

/** @param reasons as `gateReasonsAsText` wrote them */
export function gateReasonsInWords(reasons: string, language: Language): string {
  return (JSON.parse(reasons) as readonly GateReason[])
    .map((reason) => gateReasonInWords(reason, language))
    .join(language === 'ja' ? '、' : '; ');
}

/** For the values of an error, which are texts and numbers. */
export const gateReasonsAsText = (reasons: readonly GateReason[]): string => JSON.stringify(reasons);

const guards: Readonly<Record<Language, Readonly<Record<GuardName, string>>>> = {
  en: {
    bad: 'Bad answers',
    empty: 'Empty answers',
    loop: 'Repeats itself',
    unended: 'Does not end',
    refusal: 'Refuses to answer',
    latency: 'Slow answers',
    length: 'Length',
    divergence: 'Differs from the present release',
    forbidden: 'Forbidden phrase',
    leak: 'Tells an address or a telephone number',
    crash: 'Model process ended',
    dangerous: 'Graded dangerous',
  },
  ja: {
    bad: '悪い回答',
    empty: '空の回答',
    loop: '同じ語の繰り返し',
    unended: '終わらない回答',
    refusal: '回答の拒否',
    latency: '遅い回答',
    length: '長さ',
    divergence: 'いまの適用版との違い',
    forbidden: '禁止した語句',
    leak: '連絡先の漏えい',
    crash: 'モデルの処理が終了',
    dangerous: '「危険」の評価',
  },
};

export const guardInWords = (guard: GuardName, language: Language): string => guards[language][guard];

const notices = {
  en: {
    title: 'A rollout was halted',
    itself: '{candidate} on the route {route}: {cause}. What answered before answers the next question.',
    person: '{by} halted {candidate} on the route {route}: {cause}. What answered before answers the next question.',
    answers: ' Answers that caused it: {count}.',
  },
  ja: {
    title: '段階適用を停止しました',
    itself: '{candidate}（経路 {route}）: {cause}。次の質問からは、以前の回答に戻ります。',
    person: '{by}が{candidate}（経路 {route}）を停止しました: {cause}。次の質問からは、以前の回答に戻ります。',
    answers: '原因の回答は{count}件です。',
  },
} as const;

/** A halt as a desktop notice says it. */
export function haltInWords(halt: HaltedEvent, language: Language): { readonly title: string; readonly text: string } {
  const { title, itself, person, answers } = notices[language];
  const { route, candidate, by, causes } = halt;
  const cause = halt.guard === null ? halt.reason : guardInWords(halt.guard, language);
  const values: Readonly<Record<string, string>> = { route, candidate, by, cause, count: String(causes.length) };
  const sentence = (halt.guard === null ? person : itself) + (causes.length > 0 ? answers : '');
  return { title, text: sentence.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '') };
}
