/** Questions about danger to people: whatever a model says of them, the site's emergency line comes first. */

import { foldText } from '../normalise.ts';

/** Words of injuries and emergencies, and of protection that somebody wants to get around. They go with the safety pack. */
const dangers = [
  /感電|挟ま|はさま|巻き込|けが|ケガ|怪我|負傷|出血|血が|火傷|やけど|倒れ|意識|失神|呼吸|息が|心臓|骨折|切断|転落|墜落|溺れ/u,
  /目に入|飲み込|吸い込|皮膚に|肌に|薬傷|中毒|酸欠|窒息|ガス漏れ|ガスが漏|火災|火事|出火|発火|燃え|煙が|爆発|感染|熱中症/u,
  /救急|応急|119|人が下敷き|閉じ込め|逃げ|避難/u,
  /インターロック|安全扉|安全カバー|安全装置|光電管|ライトカーテン|ロックアウト|札を外|扉を開けたまま|カバーを外したまま/u,
  /\b(?:electric shock|electrocut\w*|injur\w*|bleed\w*|wound\w*|burnt|burned|unconscious|faint\w*|collapsed|not breathing|broken (?:arm|leg|bone))\b/u,
  /\b(?:caught in|trapped|crushed|pulled into|fell (?:off|from|down|and)|in(?:to)? (?:my|the|his|her|your) eyes?|swallowed|inhaled|on (?:my|the|his|her) (?:skin|hand|face))\b/u,
  /\b(?:fire|smoke|explosion|exploded|gas leak|leaking gas|evacuat\w*|ambulance|first aid|emergency|poison(?:ed|ing)|suffocat\w*|heat stroke)\b/u,
  /\b(?:interlock|light curtain|lock-?out|tag-?out|safety (?:door|guard|cover|device)|guard off|door open|somebody else.s tag)\b/u,
];

export const isAboutDanger = (question: string): boolean => {
  const text = foldText(question);
  return dangers.some((pattern) => pattern.test(text));
};
