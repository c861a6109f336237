/** Putting the mixed-up steps of a short procedure in order. */

import type { Bilingual, Skill } from '../types.ts';

/** Steps in the right order. */
const procedures: readonly Bilingual<readonly string[]>[] = [
  {
    ja: ['電源を切る', 'ロックを掛ける', '電圧ゼロを確かめる'],
    en: ['switch off the power', 'apply the lock', 'check for zero voltage'],
  },
  {
    ja: ['バルブを閉める', '圧力を抜く', 'フィルターを替える'],
    en: ['close the valve', 'release the pressure', 'replace the filter'],
  },
  { ja: ['治具を外す', '治具を洗う', '治具を付ける'], en: ['remove the jig', 'wash the jig', 'mount the jig'] },
  { ja: ['手を洗う', '手袋をする', '箱を開ける'], en: ['wash your hands', 'put on gloves', 'open the box'] },
  {
    ja: ['ワークを置く', 'クランプを締める', '起動を押す'],
    en: ['place the workpiece', 'close the clamp', 'press start'],
  },
  {
    ja: ['古い油を抜く', '栓を締める', '新しい油を入れる'],
    en: ['drain the old oil', 'close the plug', 'fill in new oil'],
  },
  {
    ja: ['図面を見る', '寸法を測る', '記録を書く'],
    en: ['look at the drawing', 'measure the part', 'write the record'],
  },
  {
    ja: ['非常停止を押す', '班長を呼ぶ', '報告書を書く'],
    en: ['press the emergency stop', 'call the team leader', 'write the report'],
  },
  {
    ja: ['部品を受け取る', '数を数える', '棚に入れる'],
    en: ['receive the parts', 'count the parts', 'put the parts on the shelf'],
  },
  {
    ja: ['カバーを外す', 'ベルトを替える', 'カバーを付ける'],
    en: ['remove the cover', 'replace the belt', 'mount the cover'],
  },
  {
    ja: ['試し打ちをする', '試し品を測る', '量産を始める'],
    en: ['make a trial piece', 'measure the trial piece', 'start production'],
  },
  {
    ja: ['警告灯を見る', 'アラーム番号を読む', '手順書を開く'],
    en: ['look at the warning lamp', 'read the alarm number', 'open the procedure'],
  },
];

const frames: Bilingual<readonly string[]> = {
  ja: ['正しい順に並べてください：{x}', '次の作業の順番は？ {x}', '{x}。どの順にしますか？', '手順を並べ替えて：{x}'],
  en: ['Put these steps in order: {x}', 'What is the right order? {x}', '{x}. In which order?', 'Sort the steps: {x}'],
};

export const ordering: Skill = {
  name: 'ordering',
  item: (random, language) => {
    const steps = random.pick(procedures)[language];
    const mixed = random.shuffle(steps);
    const listed = mixed.join(language === 'ja' ? '、' : ', ');
    const question = random.pick(frames[language]).replace('{x}', listed);
    return {
      question,
      answer: steps.map((step, index) => `${index + 1}. ${step}`).join('\n'),
      key: `${language}:${listed}`,
    };
  },
};
