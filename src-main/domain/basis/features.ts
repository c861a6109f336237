/**
 * What a question is about, as a set that can be compared: Latin words, pairs of kana and kanji, codes and numbers (`#`),
 * and what it asks for (`=`).
 */

import { plainOf } from './identifiers.ts';
import { stem, takeMeanings } from './meanings.ts';

const runs =
  /[a-z]*[0-9][a-z0-9]*(?:[-./][a-z0-9]+)*|[a-z]+(?:-[a-z0-9]*[0-9][a-z0-9]*)+|\p{Script=Latin}+|[\p{Script=Katakana}ー]+|\p{Script=Han}+|\p{Script=Hiragana}{3,}/gu;
/** Words that ask and do not name. */
const asking = new Set(
  (
    'a an the of for in on at to is are was be do does did i you we it me my our us this that these what which when where ' +
    'who whom how why can could may must should would will please tell know need want have has about and or with if from ' +
    'again new here question look up find get give s t re m ll much many long often'
  ).split(' '),
);
const askingKanji = /[何教知聞願新人質問調探確認時場合方]/u;

/** Grammar that is written in hiragana; what is left of it may be a name: がんもどき. */
const grammar =
  /(?:です|ます|でしょ|ました|ません|ください|どう|どこ|いつ|いくつ|どの|どれ|なに|すれば|したら|するとき|について|ている|ですか|っけ|したい|しょうか)/u;

export function featuresOf(text: string): ReadonlySet<string> {
  const { meanings, rest } = takeMeanings(plainOf(text));
  const features = new Set(meanings);
  for (const [run] of rest.matchAll(runs)) {
    if (/[0-9]/.test(run)) features.add(`#${run.replaceAll('-', '')}`);
    else if (/^\p{Script=Latin}/u.test(run)) {
      if (run.length > 1 && !asking.has(run)) features.add(stem(run));
    } else if (/^\p{Script=Han}/u.test(run)) addKanji(features, run);
    else if (/^\p{Script=Hiragana}/u.test(run)) addHiragana(features, run);
    else for (const pair of pairsOf(run)) features.add(pair);
  }
  return features;
}

function addKanji(features: Set<string>, run: string): void {
  for (const character of run) if (!askingKanji.test(character)) features.add(character);
  for (const pair of pairsOf(run)) if (!askingKanji.test(pair)) features.add(pair);
}

function addHiragana(features: Set<string>, run: string): void {
  if (!grammar.test(run)) for (const pair of pairsOf(run)) features.add(pair);
}

function pairsOf(run: string): readonly string[] {
  const characters = [...run];
  return characters.slice(1).map((character, index) => characters[index]! + character);
}
