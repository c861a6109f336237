/** What a question is about, as a set that can be compared: Latin words, pairs of katakana, kanji alone and in pairs. */

import { foldText } from '../normalise.ts';

const runs = /[a-z]+|[0-9]+(?:[-./][0-9a-z]+)*|[\p{Script=Katakana}ー]+|\p{Script=Han}+/gu;
/** Words that ask and do not name. Everything in hiragana is left out anyway. */
const asking = new Set(
  (
    'a an the of for in on at to is are was be do does did i you we it me my our us this that these what which when where ' +
    'who whom how why can could may must should would will please tell know need want have has about and or with if from ' +
    'again new here question look up find get give s t re m ll much many long often'
  ).split(' '),
);
const askingKanji = /[何教知聞願新人質問調探確認時場合方]/u;

export function featuresOf(text: string): ReadonlySet<string> {
  const features = new Set<string>();
  for (const [run] of foldText(text).matchAll(runs)) {
    if (/^[a-z]/.test(run)) {
      if (!asking.has(run)) features.add(stem(run));
    } else if (/^\d/.test(run)) features.add(run);
    else if (/^\p{Script=Han}/u.test(run)) addKanji(features, run);
    else for (const pair of pairsOf(run)) features.add(pair);
  }
  return features;
}

function addKanji(features: Set<string>, run: string): void {
  for (const character of run) if (!askingKanji.test(character)) features.add(character);
  for (const pair of pairsOf(run)) if (!askingKanji.test(pair)) features.add(pair);
}

function pairsOf(run: string): readonly string[] {
  const characters = [...run];
  return characters.slice(1).map((character, index) => characters[index]! + character);
}

/** Roughly: bolts and bolt, tightening and tighten. */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:ing|ed|es|s)$/u, '') : word;
}
