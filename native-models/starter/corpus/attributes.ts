/** Every kind of fact that plants have in the corpus: names, phrasings, values. */

import type { Random } from '../../random.ts';
import type { Attribute, Bilingual } from './types.ts';
import { alarmMeanings, firstActions, people } from './words.ts';

const letters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'];

/** The same writing in both languages. */
const same = (text: string): Bilingual => ({ ja: text, en: text });

const between =
  (lowest: number, highest: number, unit: Bilingual, scale = 1, decimals = 0) =>
  (random: Random): Bilingual => {
    const number = (random.integer(lowest, highest) * scale).toFixed(decimals);
    return { ja: `${number}${unit.ja}`, en: `${number}${unit.en}` };
  };

export const attributes: readonly Attribute[] = [
  {
    key: 'torque',
    kinds: ['machine'],
    nouns: {
      ja: ['締付トルク', '締め付けトルク', 'ボルトのトルク'],
      en: ['tightening torque', 'bolt torque', 'torque setting'],
    },
    preposition: 'of',
    questionWord: 'いくつ',
    questions: {
      ja: [
        '{e}は何N·mで締めますか？',
        '{e}のボルトはどのくらいの力で締めればいい？',
        '{e}のボルトを締めるときの値を教えて。',
        'トルクレンチを{e}用に合わせたい。何N·m？',
      ],
      en: [
        'How tight should the bolts on {e} be?',
        'How many N·m for {e}?',
        'What torque do I set for {e}?',
        'How hard do I tighten the bolts of {e}?',
      ],
    },
    value: between(15, 245, same(' N·m')),
  },
  {
    key: 'oil',
    kinds: ['machine'],
    nouns: { ja: ['潤滑油', '使用オイル', '油の種類'], en: ['lubricating oil', 'oil type', 'lubricant'] },
    preposition: 'of',
    questionWord: '何',
    questions: {
      ja: [
        '{e}にはどのオイルを入れますか？',
        '{e}に差す油は何？',
        '{e}のオイルを補充したい。どれを使う？',
        '{e}はどの油で潤滑しますか？',
      ],
      en: [
        'Which oil goes into {e}?',
        'What do I lubricate {e} with?',
        'I have to refill {e}. Which oil?',
        'Which oil does {e} take?',
      ],
    },
    value: (random) => same(`${random.pick(letters)}${random.pick(letters)}-${random.integer(10, 99)}`),
  },
  {
    key: 'pressure',
    kinds: ['machine'],
    nouns: { ja: ['空気圧', 'エア圧', '供給圧力'], en: ['air pressure', 'supply pressure', 'pneumatic pressure'] },
    preposition: 'of',
    questionWord: 'いくつ',
    questions: {
      ja: [
        '{e}は何MPaで使いますか？',
        '{e}のエアはどのくらいに合わせる？',
        'レギュレーターを{e}用に合わせたい。何MPa？',
        '{e}に送る空気は何MPaですか？',
      ],
      en: [
        'How many MPa does {e} need?',
        'What do I set the regulator of {e} to?',
        'How much air does {e} need?',
        'At how many MPa does {e} run?',
      ],
    },
    value: between(20, 95, same(' MPa'), 0.01, 2),
  },
  {
    key: 'temperature',
    kinds: ['machine'],
    nouns: {
      ja: ['設定温度', '温度設定', '運転温度'],
      en: ['set temperature', 'temperature setting', 'operating temperature'],
    },
    preposition: 'of',
    questionWord: '何度',
    questions: {
      ja: [
        '{e}は何度で動かしますか？',
        '{e}を何℃に合わせればいい？',
        '{e}の温調は何度にしますか？',
        '{e}は何℃が正しいですか？',
      ],
      en: [
        'How hot should {e} be?',
        'At what temperature does {e} run?',
        'How many degrees do I set on {e}?',
        'What do I set the heater of {e} to?',
      ],
    },
    value: between(21, 249, same(' °C')),
  },
  {
    key: 'interval',
    kinds: ['machine'],
    nouns: {
      ja: ['点検間隔', '点検周期', '保全の間隔'],
      en: ['inspection interval', 'service interval', 'maintenance interval'],
    },
    preposition: 'of',
    questionWord: '何時間',
    questions: {
      ja: [
        '{e}は何時間ごとに点検しますか？',
        '{e}の点検はどのくらいおき？',
        '{e}は何時間動かしたら点検ですか？',
        '{e}の次の点検までは何時間？',
      ],
      en: [
        'How often is {e} inspected?',
        'After how many hours do we inspect {e}?',
        'How many hours between two checks of {e}?',
        'When is {e} due for service?',
      ],
    },
    value: between(11, 99, { ja: '時間', en: ' hours' }, 10),
  },
  {
    key: 'filter',
    kinds: ['machine'],
    nouns: {
      ja: ['フィルター品番', 'フィルターの型番', 'フィルター番号'],
      en: ['filter part number', 'filter number', 'filter code'],
    },
    preposition: 'of',
    questionWord: '何',
    questions: {
      ja: [
        '{e}のフィルターはどれですか？',
        '{e}にはどのフィルターを付けますか？',
        '{e}のフィルターを注文したい。品番は？',
        '{e}の交換フィルターを教えて。',
      ],
      en: [
        'Which filter fits {e}?',
        'What filter do I order for {e}?',
        'Which filter goes into {e}?',
        'I must change the filter of {e}. Which one?',
      ],
    },
    value: (random) => same(`FK-${random.digits(4)}`),
  },
  {
    key: 'procedure',
    kinds: ['machine', 'alarm'],
    nouns: {
      ja: ['手順書番号', '作業標準番号', '標準書の番号'],
      en: ['procedure number', 'work standard number', 'standard number'],
    },
    preposition: 'for',
    questionWord: '何番',
    questions: {
      ja: [
        '{e}はどの手順書を見ればいいですか？',
        '{e}の作業標準はどれ？',
        '{e}のやり方はどの標準書に書いてありますか？',
        '{e}の手順書を探しています。',
      ],
      en: [
        'Which procedure covers {e}?',
        'Where is the work on {e} described?',
        'Which work standard do I follow for {e}?',
        'I am looking for the procedure for {e}.',
      ],
    },
    value: (random) => same(`WS-${random.digits(4)}`),
  },
  {
    key: 'person',
    kinds: ['machine', 'alarm', 'part'],
    nouns: {
      ja: ['担当者', '責任者', '担当の人'],
      en: ['person in charge', 'responsible person', 'contact person'],
    },
    preposition: 'of',
    questionWord: '誰',
    questions: {
      ja: [
        '{e}は誰に聞けばいいですか？',
        '{e}に詳しいのは誰？',
        '{e}を見ているのはどなたですか？',
        '{e}のことで相談したい。誰に言えばいい？',
      ],
      en: [
        'Who is responsible for {e}?',
        'Who do I ask about {e}?',
        'Who takes care of {e}?',
        'Who should I talk to about {e}?',
      ],
    },
    value: (random) => {
      const person = random.pick(people);
      return { ja: `${person.ja}さん`, en: person.en };
    },
  },
  {
    key: 'extension',
    kinds: ['machine', 'alarm'],
    nouns: {
      ja: ['内線番号', '連絡先の内線', '電話の内線'],
      en: ['extension number', 'phone extension', 'contact extension'],
    },
    preposition: 'for',
    questionWord: '何番',
    questions: {
      ja: [
        '{e}のことは内線何番に電話しますか？',
        '{e}の件で電話したい。何番？',
        '{e}で困ったらどこに電話すればいい？',
        '{e}の問い合わせは何番ですか？',
      ],
      en: [
        'Which extension do I call about {e}?',
        'What number do I dial for {e}?',
        'Who can I phone about {e}? Which extension?',
        'I need to call about {e}. What number?',
      ],
    },
    value: (random) => same(`${random.integer(2, 8)}${random.digits(3)}`),
  },
  {
    key: 'shelf',
    kinds: ['machine', 'part'],
    nouns: {
      ja: ['予備品の棚', '予備品の置き場', '在庫の棚'],
      en: ['spare parts shelf', 'storage shelf', 'stock shelf'],
    },
    preposition: 'for',
    questionWord: 'どこ',
    questions: {
      ja: [
        '{e}の予備はどこにありますか？',
        '{e}の予備品はどの棚？',
        '{e}のスペアを取りに行きたい。どこ？',
        '{e}の在庫はどこに置いてありますか？',
      ],
      en: [
        'Where are the spares for {e}?',
        'On which shelf is the stock for {e}?',
        'Where do I find spares for {e}?',
        'Which shelf do I go to for {e}?',
      ],
    },
    value: (random) => same(`${random.pick(letters)}${random.integer(10, 49)}-${random.integer(1, 6)}`),
  },
  {
    key: 'speed',
    kinds: ['machine'],
    nouns: { ja: ['回転数', '主軸回転数', '回転速度'], en: ['spindle speed', 'rotation speed', 'speed setting'] },
    preposition: 'of',
    questionWord: 'いくつ',
    questions: {
      ja: [
        '{e}は何rpmで回しますか？',
        '{e}の回転はどのくらいに合わせる？',
        '{e}は毎分何回転ですか？',
        '{e}を回すときの速さを教えて。',
      ],
      en: [
        'How fast does {e} turn?',
        'At how many rpm does {e} run?',
        'What rpm do I set on {e}?',
        'How fast should I run {e}?',
      ],
    },
    value: between(31, 299, same(' rpm'), 10),
  },
  {
    key: 'cycle',
    kinds: ['machine'],
    nouns: {
      ja: ['サイクルタイム', '1個の加工時間', 'サイクルの時間'],
      en: ['cycle time', 'time per cycle', 'time per piece'],
    },
    preposition: 'of',
    questionWord: '何秒',
    questions: {
      ja: [
        '{e}は1サイクル何秒ですか？',
        '{e}で1個作るのに何秒かかる？',
        '{e}の1回の動作はどのくらいかかりますか？',
        '{e}は何秒で1個できますか？',
      ],
      en: [
        'How long is one cycle of {e}?',
        'How many seconds does {e} need per piece?',
        'How long does {e} take for one piece?',
        'How many seconds is one cycle on {e}?',
      ],
    },
    value: between(51, 599, { ja: '秒', en: ' s' }, 0.1, 1),
  },
  {
    key: 'meaning',
    kinds: ['alarm'],
    nouns: { ja: ['意味', '内容', '表示の意味'], en: ['meaning', 'message', 'description'] },
    preposition: 'of',
    questionWord: '何',
    questions: {
      ja: ['{e}が出ました。何ですか？', '{e}はどういう異常ですか？', '画面に{e}と出ている。何のこと？', '{e}って何？'],
      en: ['What does {e} mean?', 'The screen shows {e}. What is it?', 'What is {e}?', 'What kind of fault is {e}?'],
    },
    value: (random) => random.pick(alarmMeanings),
  },
  {
    key: 'action',
    kinds: ['alarm'],
    nouns: { ja: ['最初の処置', '最初の対応', '初動'], en: ['first action', 'first response', 'first measure'] },
    preposition: 'for',
    questionWord: '何',
    questions: {
      ja: [
        '{e}が出たらまず何をしますか？',
        '{e}のとき、はじめにすることは？',
        '{e}で止まった。まずどうする？',
        '{e}が点いたら最初にどうしますか？',
      ],
      en: [
        'What do I do first when {e} comes up?',
        'What comes first after {e}?',
        '{e} stopped the line. What now?',
        'How do I react to {e}?',
      ],
    },
    value: (random) => {
      const action = random.pick(firstActions);
      return { ja: `${action.ja}こと`, en: `to ${action.en}` };
    },
  },
  {
    key: 'weight',
    kinds: ['part'],
    nouns: { ja: ['重量', '重さ', '質量'], en: ['weight', 'mass', 'unit weight'] },
    preposition: 'of',
    questionWord: 'どれくらい',
    questions: {
      ja: ['{e}は何グラムですか？', '{e}は1個何g？', '{e}を量ると何gになりますか？', '{e}はどのくらい重い？'],
      en: [
        'How heavy is {e}?',
        'How much does {e} weigh?',
        'How many grams is {e}?',
        'What should the scale show for {e}?',
      ],
    },
    value: between(105, 995, same(' g')),
  },
  {
    key: 'supplier',
    kinds: ['part'],
    nouns: {
      ja: ['仕入先コード', '仕入先の番号', '購入先コード'],
      en: ['supplier code', 'supplier number', 'vendor code'],
    },
    preposition: 'of',
    questionWord: '何',
    questions: {
      ja: [
        '{e}はどこから買っていますか？',
        '{e}の仕入先はどこ？',
        '{e}を発注したい。仕入先は？',
        '{e}はどこに注文しますか？',
      ],
      en: ['Who supplies {e}?', 'Where do we buy {e}?', 'Which supplier delivers {e}?', 'From whom do I order {e}?'],
    },
    value: (random) => same(`V${random.digits(3)}`),
  },
  {
    key: 'minimum',
    kinds: ['part'],
    nouns: { ja: ['最低在庫数', '最少在庫', '発注点'], en: ['minimum stock', 'lowest stock', 'reorder point'] },
    preposition: 'of',
    questionWord: '何個',
    questions: {
      ja: [
        '{e}は最低何個置いておきますか？',
        '{e}は何個になったら注文しますか？',
        '{e}は何個を切ったら発注？',
        '{e}は少なくとも何個必要ですか？',
      ],
      en: [
        'How many of {e} must we keep?',
        'At how many pieces do I reorder {e}?',
        'How low may the stock of {e} get?',
        'How many of {e} do we need at least?',
      ],
    },
    value: between(12, 189, { ja: '個', en: ' pieces' }),
  },
];

/** @throws RangeError for a key that is not in the list. */
export function attributeOf(key: string): Attribute {
  const attribute = attributes.find((candidate) => candidate.key === key);
  if (!attribute) throw new RangeError(`no attribute ${key}`);
  return attribute;
}
