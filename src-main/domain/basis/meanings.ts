/**
 * Plants ask for the same few things in many words: who, where, how often, how tight. Words of one line mean the same
 * here, in both languages, so that another wording of a collected question is near it. Names and values stand in no line.
 */

/** Japanese words are looked for as they stand, English ones as words (of one line, by their stems). */
const lines = [
  '担当 責任者 連絡先 誰 だれ どなた 係 詳しい 見ている / who whom whose contact responsible charge person duty role call ring',
  '置き場 置場 棚 どこ 保管 場所 しまう 見つからない 見当たらない / where shelf store kept storage location lane rack bin find',
  'いつ 間隔 周期 頻度 ごと おき 曜日 日は 予定 / when often interval frequently frequency every due schedule',
  '何時 時刻 いつまで / time until hour',
  '交換 取り替え 取替 替え 新品 / change replace swap renew replacement',
  '洗 掃除 清掃 拭 きれい 汚れ / clean wash wipe rinse dirty',
  '捨て 廃棄 処分 片付け / dispose disposal waste throw discard rid bin',
  '締め 締付 締める ねじ込 トルク / torque tight tighten tightening',
  '油 オイル 潤滑 グリス グリース 給油 / oil lubricant lubricat lubrication grease',
  '温度 何度 何℃ ℃ 冷や 熱 / temperature hot cold warm heat heated setpoint',
  '圧力 空気圧 エア圧 供給圧 / pressure bar pneumatic',
  '回転 速度 速さ スピード / speed fast rpm rotation',
  '点検 検査 保全 メンテ 調べ 抜き取り / inspection inspect maintenance service check test',
  '対処 処置 対応 直し方 直す 初動 どうする どうすれば どうしたら どうします 何をすれば 何をします 何をする 出ました 出たら 出た 鳴った 鳴ったら / remedy fix clear now countermeasure react action measure response steps handle solve trick',
  '意味 内容 表示 / meaning mean message description',
  '手順 やり方 仕方 方法 どうやって どうやる 順番 順序 決まり ルール / procedure way steps order sequence routine method rule',
  '内線 電話 番号 / extension phone number call dial ring',
  '重さ 重量 質量 荷重 何トン / weight mass heavy load weigh',
  '在庫 発注点 最低 最少 / stock minimum lowest reorder',
  '仕入 購入 メーカー 注文 頼む 依頼先 発注 / supplier vendor buy order purchase',
  '準備 始める前 使う前 / prepare ready preparation before',
  '設定 合わせ 調整 / setting set setpoint adjust regulator',
  '時間 何分 何秒 何日 どのくらい / long time minutes hours duration length',
  'いくつ 何個 何枚 何本 何部 何段 / many number count',
  '基準 範囲 上限 最大 限度 まで / limit maximum max most top highest range',
  '配合 割合 混ぜ 調色 / ratio mix blend',
  '承認 印 許可 署名 サイン / approve sign signature approval allowed',
  '着る 手袋 服 保護 / wear glove gloves clothing protection hand hands',
  '入る / enter entry inside',
  '止め 停止 落とす / stop halt shut',
  '始め 起動 開始 / start begin',
  '開け 開く / open opening release',
  '記録 書く 書き 日誌 / log record written write note',
];

const [japanese, english] = [new Map<string, string[]>(), new Map<string, string[]>()];
for (const [index, line] of lines.entries()) {
  const [ja = '', en = ''] = line.split(' / ');
  const keep = (words: Map<string, string[]>, word: string) =>
    words.set(word, [...(words.get(word) ?? []), `=${index}`]);
  for (const word of ja.split(' ')) keep(japanese, word);
  for (const word of new Set(en.split(' ').map(stem))) keep(english, word);
}
const longestFirst = [...japanese.keys()].toSorted((a, b) => b.length - a.length);
const anyWord = new RegExp(`${longestFirst.join('|')}|\\p{Script=Latin}+`, 'gu');

/**
 * What a text asks for, and the text without the words that say so.
 * @param folded by `plainOf`
 */
export function takeMeanings(folded: string): { readonly meanings: ReadonlySet<string>; readonly rest: string } {
  const meanings = new Set<string>();
  const rest = folded.replace(anyWord, (word) => {
    const found = japanese.get(word) ?? english.get(stem(word));
    for (const each of found ?? []) meanings.add(each);
    return found ? ' ' : word;
  });
  return { meanings, rest };
}

/** Roughly: bolts and bolt, tightening and tighten. */
export function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/u, '') : word;
}
