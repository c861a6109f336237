/** The words of the PoC's terminal output and report, in both languages. */

import type { Language } from '../../contract/entities.ts';

const english = {
  title: 'Usumaku PoC: does the adapter help?',
  left: 'left',
  training: 'Training',
  evaluating: 'Evaluating',
  comparingCosts: 'Running a few steps of full fine-tuning for comparison …',
  prepared: 'Plant “{site}”, base model {model} ({parameters} parameters)',
  frozen: 'Examples frozen as version {number}: {train} to train, {heldOut} held out, {regression} against regression',
  trained: 'Trained {steps} steps in {time}, loss {loss}, on {device}',
  applied: 'Applied “{name}” in {milliseconds} ms',
  asked: 'Asked: {question}',
  base: 'base',
  adapter: 'adapter',
  reverted: 'Reverted in {milliseconds} ms; the base answers bit for bit as before: {identical}',
  yes: 'yes',
  no: 'NO',
  heldOut: 'Held-out questions answered exactly',
  regression: 'Regression set answered exactly',
  interval: '95 % interval',
  precision: 'Base and adapter answered in {precision}.',
  paired: 'better on {better}, worse on {worse}, same on {same} (p = {p})',
  difference: 'difference',
  cost: 'What it costs',
  full: 'full fine-tuning',
  costsMeasured:
    'Memory while training: {steps} steps of each method, measured in a process of its own; full fine-tuning’s time: the adapter’s, times the measured ratio of a step.',
  costsComputed: 'Full fine-tuning was computed, not run.',
  size: 'size on disk',
  trainedParameters: 'trained parameters',
  share: 'share of the base’s parameters',
  trainTime: 'training time',
  trainMemory: 'peak memory of some training steps',
  peakMemory: 'peak memory of the whole path',
  evaluateTime: 'evaluation time',
  passed: 'The success criteria are met: at least {target} held out, at most {regression} regression.',
  failed: 'The success criteria are NOT met: at least {target} held out, at most {regression} regression.',
  report: 'Report: {path}',
  kept: 'Data kept in {path}',
  changed: 'Held-out questions that changed',
  lineage: 'Where it comes from',
  question: 'question',
  expected: 'expected',
  notIdentical: 'After the revert the base answers differently than before; the adapter must not be used.',
} as const;

export type PocWord = keyof typeof english;

const japanese: Record<PocWord, string> = {
  title: '薄膜 PoC: アダプターは役に立つか',
  left: '残り',
  training: '学習',
  evaluating: '評価',
  comparingCosts: '比較のため、全体の再学習（フルファインチューニング）を数ステップ行っています…',
  prepared: '現場「{site}」、基礎モデル {model}（パラメーター{parameters}個）',
  frozen: '事例をデータ版{number}として確定: 学習用{train}件、検証用{heldOut}件、劣化確認用{regression}件',
  trained: '{device}で{steps}ステップを{time}で学習しました（損失 {loss}）',
  applied: '「{name}」を{milliseconds} msで適用しました',
  asked: '質問: {question}',
  base: '基礎モデル',
  adapter: 'アダプター',
  reverted: '{milliseconds} msで元に戻しました。基礎モデルの答えは以前とビット単位で同じ: {identical}',
  yes: 'はい',
  no: 'いいえ',
  heldOut: '検証用の質問の完全一致',
  regression: '劣化確認用の完全一致',
  interval: '95 %区間',
  precision: '基礎モデルもアダプターも{precision}で答えました。',
  paired: '良くなった{better}件、悪くなった{worse}件、同じ{same}件（p = {p}）',
  difference: '差',
  cost: 'かかるもの',
  full: '全体の再学習',
  costsMeasured:
    '学習中のメモリー: 各方法を{steps}ステップずつ別々の処理で実測。全体の再学習の時間: アダプターの時間に、実測した1ステップの比を掛けた値。',
  costsComputed: '全体の再学習は計算値です（実行していません）。',
  size: 'ディスク上の大きさ',
  trainedParameters: '学習したパラメーター',
  share: '基礎モデルに対する割合',
  trainTime: '学習時間',
  trainMemory: '学習ステップの最大メモリー',
  peakMemory: '全工程の最大メモリー',
  evaluateTime: '評価時間',
  passed: '成功の基準を満たしました（検証用 {target} 以上、劣化 {regression} 以内）。',
  failed: '成功の基準を満たしていません（検証用 {target} 以上、劣化 {regression} 以内）。',
  report: '報告書: {path}',
  kept: 'データを残しました: {path}',
  changed: '答えが変わった検証用の質問',
  lineage: '由来',
  question: '質問',
  expected: '正しい答え',
  notIdentical: '元に戻したあと、基礎モデルの答えが以前と違います。このアダプターは使わないでください。',
};

export type Say = (word: PocWord, values?: Readonly<Record<string, string | number>>) => string;

export function pocWords(language: Language): Say {
  const words = language === 'ja' ? japanese : english;
  return (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?'));
}
