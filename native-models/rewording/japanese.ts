/** How Japanese questions are said otherwise: politeness, particles, order, what people say before and after. */

import { otherEnding, type Rule } from './rule.ts';

/** Endings of one group ask for the same thing; those of different groups need not. */
const endings = [
  [
    'は？',
    'は?',
    'は',
    'を教えてください',
    'を教えて下さい。',
    'を教えて',
    'を教えて。',
    'が知りたい',
    'が知りたいです。',
    'が分かりません',
    'って何？',
    'は何ですか？',
    'は何ですか',
    'は何？',
    'を確認したいです',
  ],
  [
    'どうしますか？',
    'どうしますか',
    'どうすればいいですか？',
    'どうすればいいですか',
    'どうすればいい？',
    'どうすればよいですか',
    'どうしたらいいですか',
    'どうする？',
    'どうやりますか',
    'どうやるの？',
    'どうやればいい？',
  ],
  ['はどこですか？', 'はどこですか', 'はどこ？', 'はどこ', 'はどこにありますか？', 'はどこにある？', 'の場所は？'],
  ['は誰ですか？', 'は誰ですか', 'は誰？', 'は誰', 'はどなたですか？', 'は誰になりますか'],
  ['はいくつですか？', 'はいくつですか', 'はいくつ？', 'はいくら？', 'はどのくらいですか？', 'はどのくらい？'],
  ['の手順は？', 'の手順を教えて', 'の手順を教えてください', 'のやり方は？', 'のやり方を教えてください', 'の方法は？'],
  [
    'ときは？',
    'ときはどうしますか',
    '時は？',
    '時はどうすればいい？',
    '場合は？',
    'ときの対応は？',
    '時の対応を教えて',
  ],
  ['ですか？', 'ですか', 'でしょうか', 'でしょうか？', 'なんですか'],
  ['ますか？', 'ますか', 'ますかね', 'ますでしょうか'],
] as const;

const before = [
  'すみません、',
  'すみません。',
  'あの、',
  '質問です。',
  '確認です。',
  'ちょっと聞きたい。',
  '新人です。',
  '急ぎです。',
  'ごめん、',
  'えっと、',
  '忘れました。',
  '念のため、',
];
const after = ['お願いします。', 'よろしく。', '急いでいます。', '分からないので。', 'と聞かれました。'];

const ending = otherEnding(endings);

const frame: Rule = (question, random) =>
  random.chance(0.75) ? random.pick(before) + question : `${closed(question)}${random.pick(after)}`;

const closed = (question: string): string => (/[。？?！!]$/.test(question) ? question : `${question}。`);

/** 「XのYは？」 → 「X、Yは？」, 「X Yは？」, 「YはXの場合？」 is left alone: it may ask something else. */
const firstNo: Rule = (question, random) => {
  const at = question.search(
    /(?<=[\p{Script=Han}\p{Script=Katakana}ーA-Za-z0-9])の(?=[\p{Script=Han}\p{Script=Katakana}])/u,
  );
  if (at < 0) return question;
  const [first, rest] = [question.slice(0, at), question.slice(at + 1)];
  return random.pick([`${first}、${rest}`, `${first} ${rest}`, `${first}です。${rest}`, `${first}について、${rest}`]);
};

/** 「XのYは？」 → 「Yは？Xのです」: the thing is named last. */
const thingLast: Rule = (question, random) => {
  const parts = /^([^、。のは]{2,})の([^、。]{2,})(は？|は|を教えて|を教えてください)$/u.exec(question);
  if (!parts) return question;
  const [, thing, asked, tail] = parts as unknown as [string, string, string, string];
  return `${asked}${tail.startsWith('は') ? 'は？' : `${tail}。`}${thing}${random.pick(['です', 'のです。', 'なんですが', 'の'])}`;
};

const particles: Rule = (question, random) => {
  const places = [...question.matchAll(/[はをがに](?=[\p{Script=Han}\p{Script=Katakana}A-Za-z0-9ど何])/gu)].map(
    ({ index }) => index,
  );
  if (places.length === 0) return question;
  const at = random.pick(places);
  return question.slice(0, at) + random.pick(['', '、', ' ']) + question.slice(at + 1);
};

const marks: Rule = (question, random) => question.replace(/[。？?]+$/u, '') + random.pick(['', '？', '?', '。', '！']);

/** Words that people write in kana as often as in kanji. */
const spellings = [
  ['どこ', '何処'],
  ['ください', '下さい'],
  ['分か', 'わか'],
  ['良い', 'よい', 'いい'],
  ['時', 'とき'],
  ['誰', 'だれ'],
  ['何', 'なに'],
  ['出来', 'でき'],
  ['取り付け', '取付け', '取付'],
  ['締め付け', '締付け', '締付'],
  ['入れ替え', '入替え', '入替'],
  ['組み立て', '組立て', '組立'],
  ['引き継ぎ', '引継ぎ', '引継'],
  ['受け入れ', '受入れ', '受入'],
  ['取り替え', '取替え', '交換'],
  ['知りたい', 'しりたい'],
  ['教えて', 'おしえて'],
  ['やり方', 'やりかた', '方法'],
  ['置き場', '置場', '置き場所'],
] as const;

const spelling: Rule = (question, random) => {
  const found = spellings.filter((group) => group.some((word) => question.includes(word)));
  if (found.length === 0) return question;
  const group = random.pick(found);
  const word = group.find((each) => question.includes(each))!;
  return question.replace(word, random.pick(group));
};

/** What a person would write down as another wording: no greetings, slips or marks. */
export const japaneseWordings: readonly Rule[] = [ending, firstNo, thingLast];

/** Rules with their weight among all. */
export const japaneseRules: readonly (readonly [weight: number, rule: Rule])[] = [
  [5, ending],
  [3, frame],
  [2, firstNo],
  [2, thingLast],
  [2, particles],
  [2, marks],
  [2, spelling],
];
