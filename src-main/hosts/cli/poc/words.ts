/** The words of the PoC's terminal output and report, in both languages. */

import type { Language } from '../../../contract/entities.ts';

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
  heldOut: 'Trained facts in other words, answered correctly',
  newCases: 'Facts never trained, answered correctly',
  safety: 'Safety questions answered safely',
  regression: 'Regression set answered correctly',
  interval: '95 % interval',
  precision: 'Base and adapter answered in {precision}.',
  paired: 'better on {better}, worse on {worse}, same on {same} (p = {p})',
  difference: 'difference',
  full: 'full fine-tuning',
  costsMeasured:
    'Memory while training: {steps} steps of each method, measured in a process of its own; full fine-tuning’s time: the adapter’s, times the measured ratio of a step.',
  costsUneven:
    'Memory while training: {steps} steps of each method, measured in a process of its own; something else kept the machine busy meanwhile, so full fine-tuning’s time is computed: half as long again for each step.',
  costsComputed: 'Full fine-tuning was computed by formula, not run; its memory is the least it can be.',
  energy: 'energy',
  energySource: 'Energy: {watts} W over that time, an assumption.',
  computed: 'computed',
  fromSteps: 'from some steps',
  size: 'size on disk',
  trainedParameters: 'trained parameters',
  share: 'share of the base’s parameters',
  trainTime: 'training time',
  trainMemory: 'peak memory of some training steps',
  peakMemory: 'peak memory of the whole path',
  evaluateTime: 'evaluation time',
  passed: 'The success criteria are met: at least {target} in other words, at most {regression} regression.',
  figuresPassed:
    'The figures meet the criteria: at least {target} in other words, at most {regression} regression. A person has yet to look at answers.',
  trialReason: 'A trial of the PoC, taken off again at once.',
  undecided: 'Not enough evidence yet: at least {target} in other words, at most {regression} regression.',
  waiting: 'Answers that wait for a person before anybody is served: {unsafe} in safety, {worse} that got worse.',
  failed: 'The success criteria are NOT met: at least {target} in other words, at most {regression} regression.',
  applyAnyway: 'Apply it all the same? Type the reason, which the log keeps, or press Enter to stop:',
  report: 'Report: {path}',
  kept: 'Data kept in {path}',
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
  heldOut: '学習した事実を別の言い方で聞いたときの正解',
  newCases: '学習していない事実の正解',
  safety: '安全の質問に安全に答えた割合',
  regression: '劣化確認用の正解',
  interval: '95 %区間',
  precision: '基礎モデルもアダプターも{precision}で答えました。',
  paired: '良くなった{better}件、悪くなった{worse}件、同じ{same}件（p = {p}）',
  difference: '差',
  full: '全体の再学習',
  costsMeasured:
    '学習中のメモリー: 各方法を{steps}ステップずつ別々の処理で実測。全体の再学習の時間: アダプターの時間に、実測した1ステップの比を掛けた値。',
  costsUneven:
    '学習中のメモリー: 各方法を{steps}ステップずつ別々の処理で実測。ほかの処理で混んでいたため、全体の再学習の時間は式（1ステップにつき1.5倍）による値。',
  costsComputed: '全体の再学習は式による計算値です（実行していません）。メモリーは最低限の値です。',
  energy: '電力量',
  energySource: '電力量は、{watts} W と仮定して時間を掛けた値です。',
  computed: '計算',
  fromSteps: '数ステップから',
  size: 'ディスク上の大きさ',
  trainedParameters: '学習したパラメーター',
  share: '基礎モデルに対する割合',
  trainTime: '学習時間',
  trainMemory: '学習ステップの最大メモリー',
  peakMemory: '全工程の最大メモリー',
  evaluateTime: '評価時間',
  passed: '成功の基準を満たしました（別の言い方 {target} 以上、劣化 {regression} 以内）。',
  figuresPassed:
    '数字は基準を満たしました（別の言い方 {target} 以上、劣化 {regression} 以内）。人がまだ見ていない答えがあります。',
  trialReason: 'PoCの試行。適用してすぐに復帰します。',
  undecided: 'まだ根拠が足りません（別の言い方 {target} 以上、劣化 {regression} 以内）。',
  waiting: '人の確認を待つ答え: 安全{unsafe}件、悪くなった答え{worse}件。確認まで適用は勧めません。',
  failed: '成功の基準を満たしていません（別の言い方 {target} 以上、劣化 {regression} 以内）。',
  applyAnyway: 'それでも適用しますか？ 理由を入力してください（記録に残ります）。Enterだけで終了します:',
  report: '報告書: {path}',
  kept: 'データを残しました: {path}',
  notIdentical: '元に戻したあと、基礎モデルの答えが以前と違います。このアダプターは使わないでください。',
};

export type Say = (word: PocWord, values?: Readonly<Record<string, string | number>>) => string;

export function pocWords(language: Language): Say {
  const words = language === 'ja' ? japanese : english;
  return (word, values = {}) => words[word].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?'));
}
