/** What the abbreviations of the shop floor stand for. */

import type { Bilingual, Skill } from '../types.ts';

const meanings: Readonly<Record<string, Bilingual>> = {
  LOTO: { ja: 'ロックアウト・タグアウト', en: 'lockout and tagout' },
  PPE: { ja: '個人用保護具', en: 'personal protective equipment' },
  SOP: { ja: '標準作業手順書', en: 'standard operating procedure' },
  PLC: { ja: 'プログラマブルコントローラー', en: 'programmable logic controller' },
  TPM: { ja: '全員参加の生産保全', en: 'total productive maintenance' },
  OEE: { ja: '設備総合効率', en: 'overall equipment effectiveness' },
  SDS: { ja: '安全データシート', en: 'safety data sheet' },
  HMI: { ja: '操作画面', en: 'human machine interface' },
  CNC: { ja: 'コンピューター数値制御', en: 'computer numerical control' },
  AGV: { ja: '無人搬送車', en: 'automated guided vehicle' },
  JIT: { ja: 'ジャストインタイム', en: 'just in time' },
  FIFO: { ja: '先入れ先出し', en: 'first in, first out' },
  MTBF: { ja: '平均故障間隔', en: 'mean time between failures' },
  MTTR: { ja: '平均修復時間', en: 'mean time to repair' },
  BOM: { ja: '部品表', en: 'bill of materials' },
  WIP: { ja: '仕掛品', en: 'work in progress' },
  QC: { ja: '品質管理', en: 'quality control' },
  KPI: { ja: '重要業績評価指標', en: 'key performance indicator' },
};

const frames: Bilingual<readonly string[]> = {
  ja: [
    '{x}とは何ですか？',
    '{x}の意味を教えてください。',
    '{x}は何の略ですか？',
    '{x}って何のこと？',
    '{x}という言葉が分かりません。',
    '{x}を説明してください。',
  ],
  en: [
    'What is {x}?',
    'What does {x} mean?',
    'What does {x} stand for?',
    'Please explain {x}.',
    'I do not understand the word {x}.',
    'Tell me what {x} is.',
  ],
};

export const abbreviations: Skill = {
  name: 'abbreviations',
  item: (random, language) => {
    const word = random.pick(Object.keys(meanings));
    const meaning = meanings[word]?.[language] ?? '';
    const frame = random.pick(frames[language]);
    return {
      question: frame.replace('{x}', word),
      answer: language === 'ja' ? `${word}は${meaning}のことです。` : `${word} means ${meaning}.`,
      key: `${word}:${frame}`,
    };
  },
};
