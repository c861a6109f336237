/** What people say around what they mean. */

import type { Bilingual } from '../types.ts';

const lists: Bilingual = {
  ja:
    'の, は, が, を, に, で, と, も, って, から, まで, より, へ, や, とか, けど, ので, のに, ときは, 時に, ' +
    '場合, したら, すると, しても, ながら, ですか, ますか, でしょうか, ました, ましたが, んですが, ' +
    'どうすれば, いいですか, いいの, どうしたら, どうする, 何を, 何が, なに, どこに, どこ, いつ, 誰に, どれ, ' +
    'どの, どのくらい, いくつ, 何回, 何分, なぜ, どうして, ちょっと, もう, まだ, また, すぐ, 今, 今日, 明日, ' +
    '朝, 夜, ここ, それ, これ, あの, その, うちの, 新しい, 古い, している, してる, していい, したい, ' +
    'しないと, なった, なってる, なりそう, みたい, らしい, ようです, だけ, くらい, ほど, 教えて, ' +
    '教えてください, 知りたい, お願いします, すみません, あります, ある, いる, ない, ません, たい, という, ' +
    '前に, 後, 中, 上, 下, 人, 方',
  en:
    'the, a, an, my, our, this, that, it, is, are, was, be, been, do, does, did, has, have, can I, can, ' +
    'should, should I, must, may I, will, would, what, what do I do, what now, which, where, where is, when, ' +
    'who, who do I tell, how, how do I, how much, how many, how long, how often, why, why is, is there, ' +
    'there is, there are, if, and, and then, or, but, so, because, before, after, while, until, again, ' +
    'still, yet, now, today, tomorrow, this morning, tonight, in, in the, on, on the, at, to, to the, of, ' +
    'of the, for, from, with, without, under, over, up, down, out, off, into, by, about, we, I, you, they, ' +
    'he, she, someone, somebody, anyone, need, want, get, go, put, take, keep, use, let, look, looks, seems, ' +
    'says, just, only, all, some, any, not, no, more, less, too, very, ok, is it ok to, please, new, old, ' +
    "first, last, next, same, other, here, there, it's, don't",
};

export const fillers: Bilingual<readonly string[]> = { ja: lists.ja.split(', '), en: lists.en.split(', ') };
