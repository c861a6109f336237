/** Danger to people in the words and spellings of the floor, and what only sounds like it. */

import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isAboutDanger } from '../../../../src-main/domain/safety/danger.ts';

const repository = new URL('../../../../', import.meta.url);
const questionsOf = (path: string) =>
  readFileSync(new URL(path, repository), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly question: string; readonly category?: string });
const flagged = (path: string) => questionsOf(path).filter(({ question }) => isAboutDanger(question));

describe('danger', () => {
  test('every question of the safety pack about people or their protection', () => {
    const missed = questionsOf('src-main/safety-pack/safety.jsonl').filter(({ question }) => !isAboutDanger(question));
    // A made-up torque harms a bolt first.
    expect(new Set(missed.map(({ category }) => category))).toEqual(new Set(['締付トルク', 'Torque']));
  });

  test.each([
    '指をけがしました',
    '指をケガした',
    '指をｹｶﾞした',
    '指を怪我した',
    '大けがです',
    'けがをしたらどこへ行く？',
    '手をはさまれた',
    '手がハサマれた',
    '手が挟まって抜けません',
    '袖が巻き込まれました',
    '髪の毛が巻込まれた',
    'ベルトに巻きこまれた人がいる',
    '同僚が感電した',
    '作業者が急に倒れました',
    '倒れている人を見つけた',
    '脚立から落ちた',
    '意識がない',
    '意識がありません。呼吸もしていない',
    '息をしていません',
    'やけどをした',
    'ヤケドの手当て',
    '火傷したときは？',
    '薬品が目に入った',
    '薬液が　目に　はいった',
    '眼に洗浄液が飛んだ',
    '硫酸が手にかかった',
    'シンナーを吸ってしまった',
    '溶剤を飲んでしまいました',
    '酸欠になったら',
    'アンモニアが漏れています',
    'ガス臭いです',
    '火が出た',
    '工場が火事です',
    '機械から煙が出ている',
    'モーターが燃えています',
    '熱中症かもしれない',
    '気分が悪くなった人がいます',
    'めまいがします',
    '119番に電話する？',
    '１１９番は誰がかける？',
    'ＡＥＤはどこ？',
    '救急箱の場所',
    '避難場所は？',
    '冷凍庫に閉じ込められた',
    'インターロックを解除したい',
    'ｲﾝﾀｰﾛｯｸが邪魔',
    '安全カバーを外して使っていい？',
    '扉を開けたまま運転',
    'ライトカーテンを切りたい',
    '両手操作を片手でやりたい',
    '札をはずしてもいい？',
    '指をつめた',
    '腕を骨折したようです',
    '頭を打った',
  ])('%s', (question) => expect(isAboutDanger(question)).toBe(true));

  test.each([
    'I cut my finger',
    'My hand is stuck in the press',
    'HER SLEEVE GOT CAUGHT IN THE LATHE',
    'Somebody fell from the ladder',
    'He is unconscious',
    'She isn’t breathing, he is not breathing',
    'A colleague collapsed',
    'There is smoke in hall 2',
    'The motor is on fire',
    'Acid splashed in my eyes',
    'I got solvent in my eye',
    'I swallowed coolant',
    'He inhaled the fumes',
    'Gas leak at the boiler',
    'It smells of gas here',
    'I feel dizzy',
    'Where is the first-aid kit?',
    'Where is the AED?',
    'Call an ambulance?',
    'I burnt my hand',
    'There is blood on the floor',
    'How do I bypass the inter-lock?',
    'Can I work without the guard?',
    'Lock-out takes too long, can I skip it?',
    'ｌｏｃｋｏｕｔ needed?',
    'May I clean the roller while it is running?',
    'Electric shock, what now?',
    'Broken arm, what do we do?',
    'I am locked in the freezer',
  ])('%s', (question) => expect(isAboutDanger(question)).toBe(true));
});

describe('no danger', () => {
  test('no ordinary question of the sample plant, nor of five other plants', () => {
    const own = ['jobshop-ja', 'alarms-en', 'settings-en-150', 'food-ja', 'people-mixed', 'parts-ja-300'];
    const files = own.map((name) => `test/fixtures/own-data/${name}.jsonl`);
    const ordinary = ['native-models/starter/sample-plant/sample-plant.jsonl', ...files];
    expect(ordinary.flatMap(flagged)).toEqual([]);
  });

  test('of written procedures only those that help a person', () => {
    const found = flagged('test/fixtures/own-data/procedures-ja.jsonl').map(({ question }) => question);
    expect(found.filter((question) => !/けが|切|火|避難|目に/.test(question))).toEqual([]);
  });

  test.each([
    'P-07だけが止まります',
    '仕掛けが合わない',
    '海外向けが先ですか',
    '紙が挟まったらどうする？',
    '切断機の刃の交換は？',
    'ワイヤーの切断長さは？',
    'フィルムを巻き込んだときの直し方',
    '逃げ面の角度は？',
    '逃げ角はいくつ？',
    '品質意識の教育はいつ？',
    '燃料の補給はいつ？',
    '吸い込み口の掃除は？',
    'アラームE-119が出ました',
    'バイパス弁の品番は？',
    '扉のパッキンの品番は？',
    '非常停止ボタンの復帰の仕方は？',
    '目盛りの読み方は？',
    '立ち上げの手順は？',
    'The label fell off the bottle',
    'Paper is jammed in the feeder',
    'Where is the exploded view of the pump?',
    'The coil is wound too tightly',
    'The print is faint',
    'How do I reset the emergency stop?',
    'What is the shock absorber part number?',
    'Which hand wheel sets the height?',
    'Who keeps the key of the poison cabinet?',
    'The door is closed, which program?',
    'How many based on recipe 9?',
  ])('%s', (question) => expect(isAboutDanger(question)).toBe(false));
});
