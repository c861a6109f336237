/**
 * Questions about danger to people: whatever a model says of them, the site's emergency line comes first. The list goes with
 * the safety pack: injuries, poisons, fire, people who are caught, and protection that somebody wants to get around. A line
 * too many costs a glance and one too few a hand, so what may mean a person counts; what only things do, does not: paper
 * that is jammed, a relief angle (逃げ角), an exploded view.
 */

import { foldText } from '../normalise.ts';

const body =
  '(?:手|指|腕|足|脚|頭|首|顔|目|体|胸|腰|髪|袖|裾|服|手袋|人|者|同僚|仲間|先輩|後輩|新人|さん|員|誰か|だれか|自分|私|彼)';

/** Looked for in folded text without spaces. Kana stands beside kanji where people write either. */
const japanese = [
  // Electricity.
  '感電|かんでん(?!ち)|ビリッと(?:来|き)た|漏電.*(?:触|さわ)',
  // Caught, crushed, fallen, hit.
  `(?:挟|はさ|ハサ|狭)[まマ][れレ]|${body}(?:が|を|も|まで)?.{0,6}(?:挟|はさ|ハサ)[まみん]|下敷き|したじき`,
  `巻き?[込こ]まれ|まきこまれ|マキコマレ|(?:巻き?込み|まきこみ)事故|${body}(?:が|を)?.{0,4}(?:巻き?込|まきこ)`,
  '閉じ(?:込|こ)め|とじこめ|出られな(?:い|く)',
  `(?:${body}|急に|突然)(?:が|は|も)?.{0,8}(?:倒れ|たおれ)|(?:倒れ|たおれ)(?:ている|てる|た|て)(?:人|ひと|同僚)|転落|墜落|(?:脚立|はしご|足場|屋根|階段|高所)(?:から|で).{0,6}(?:落|おち|滑)`,
  `${body}を.{0,4}(?:打っ|ぶつけ|強打|ひねっ|痛め|いため|切っ|きっ|切断|つめ(?:た|ま|て)|はねら|つぶ|潰|折っ|刺し|やけど|焼)|(?:指|腕|手|足)(?:が|は)?.{0,3}(?:切れ|ちぎれ|もげ|折れ|つぶれ|潰れ)`,
  // Injured and ill.
  '怪我|ケガ|(?:^|[のをにでがはもお大、。])けが(?![ん])|負傷|重傷|骨折|捻挫|脱臼|出血|血が|血を|流血|切り傷|きりきず|傷口',
  '火傷|ヤケド|(?:^|[のをにでがはも、。])やけど(?=を|し|の|に|$|。|、|が|は)|熱傷|凍傷',
  '意識(?:が|を|は)?(?:な|ありませ|失|戻|不明|もうろう|朦朧)|気を失|気絶|失神|反応がな(?:い|く).{0,4}(?:人|同僚)|呼吸(?:が|を|し|は|でき|困難|停止)|息が|息を(?:し|吸)|心臓|心肺|脈が',
  '熱中症|めまい|目まい|眩暈|立ちくらみ|気分が(?:悪|わる)|気持ち(?:が)?(?:悪|わる)|吐き気|はきけ|嘔吐|頭痛|頭が痛|胸が(?:痛|苦)|しびれ(?:た|て|る|が)(?!.*モーター)|けいれん|痙攣|アレルギー(?:反応|症状)が出|蜂に刺|ハチに刺',
  // Chemicals and gas.
  '(?:目|眼|め)(?:に|の中に).{0,8}(?:入|はい|かか|飛|とん)|(?:目|眼)が(?:痛|開か|見えな)|(?:皮膚|肌|顔|手|腕|足)に.{0,8}(?:かか(?:っ|り)|付い|つい(?:た|て)|触れた|飛ん)|(?:かぶっ|被っ|浴び)(?:た|て|ま)',
  '飲み込(?:ん|み)|飲んで(?:しま|し(?:ま|た))|誤飲|吸い込(?:ん|みま)|吸って(?:しま|ま)|薬傷|中毒|酸欠|酸素欠乏|窒息',
  '(?:ガス|一酸化炭素|塩素|アンモニア|硫化水素|フッ酸|弗酸).{0,4}(?:漏|もれ|臭|におい|匂|中毒|触|さわ)|ガス臭|毒ガス|異臭',
  // Fire.
  '火災|火事|かじだ|出火|発火(?!点)|引火(?!点)|燃え(?:て|た|上|移|広|だ|始)|炎が|火が(?:出|つ|付|消え|上)|火を(?:吹|噴)|煙が|けむりが|焦げ臭|こげくさ|爆発(?!.*(?:図|防止構造))|消火',
  // Help.
  '救急|応急(?:手当|処置)|(?<![a-z0-9.-])119(?:番|に|へ|を|$)|110番|一一九|(?<![a-z])aed(?![a-z])|心臓マッサージ|人工呼吸|避難|ひなん|逃げ(?:る|て|た|ろ|遅|場|道|ま|ら|よ)|助けて|たすけて|緊急(?!停止ボタンの(?:色|位置))',
  // Around the protection.
  'インターロック|インタロック|安全(?:扉|ドア|柵|カバー|装置|スイッチ|プラグ|ブロック|ベルト|帯)(?:を|の|が|は)?.{0,10}(?:外|はず|無効|解除|殺|切|止|開け|バイパス|なし|無し|無く|せず|ないで|邪魔|面倒|短絡)|光電管|ライトカーテン|光線式',
  '(?:カバー|柵|扉|ガード|覆い|とびら)を?(?:は)?(?:外し|はずし|開け|あけ)(?:た|っ)?(?:ぱなし|まま|て(?:運転|動か|回|稼働))|ロックアウト|タグアウト|札を(?:外|はず|取)|両手(?:操作|ボタン|押し).{0,8}(?:片手|固定|無効|外|テープ)|(?:動いて|回って|運転し)(?:いる|る|たまま|ながら).{0,12}手を(?:入|突)|(?:止め|停止せ)ず(?:に)?.{0,10}(?:手を|掃除|清掃|点検|給油)',
];

const person =
  '(?:hands?|fingers?|thumbs?|arms?|foot|feet|legs?|heads?|hair|sleeves?|clothes|gloves?|someone|somebody|anyone|colleagues?|co-?workers?|workers?|operators?|persons?|people|man|woman|men|trainees?|visitors?|he|she|they|i|we|me|him|her|them)';
const whose = "(?:my|his|her|their|your|our|the|an?|one|someone'?s|somebody'?s|colleague'?s|worker'?s|operator'?s)";
const english = [
  'electric(?:al)? shocks?|electrocut\\w*|(?:got|gets?|had|received?) an? shock|live wire',
  `${person}\\b(?: \\w+){0,3}? (?:caught|trapped|stuck|pulled|dragged|drawn|crushed|squashed|pinched|jammed|cut off|severed|hit|struck)|(?:caught|trapped|stuck|crushed|pinched|jammed) (?:${whose} )?(?:hands?|fingers?|arms?|foot|feet|legs?|hair|sleeves?)|pinned (?:under|between|down)|run over by|locked in(?:side)?\\b|can(?:'t|not) get out`,
  `${person}\\b(?: \\w+){0,2}? (?:fell|fallen|slipped|collapsed|tripped|fainted|passed out|is down)|(?:fell|fallen) (?:from|off) (?:the |a )?(?:ladder|roof|height|scaffold\\w*|platform|stairs|forklift|truck)`,
  'injur\\w*|wounded|(?:a|the|deep|open|head|this) wounds?\\b|bleed\\w*|blood|haemorrhag\\w*|hemorrhag\\w*|amputat\\w*|fractur\\w* (?:arm|leg|wrist|bone|finger)|broken (?:arm|leg|bone|finger|wrist|nose|rib)s?|broke (?:my|his|her|their) (?:arm|leg|finger|wrist)|sprain\\w*|stung by',
  `(?:cut|cutting|hurt|hurting|burn(?:ed|t|s)?|scald(?:ed)?|smashed|crushed|stabbed|pricked|lost) (?:${whose} )?(?:own )?(?:hands?|fingers?|thumbs?|arms?|foot|feet|legs?|faces?|eyes?|head|back|self|myself|himself|herself|themselves)|(?:got|is|was|been|am|are|badly) (?:hurt|burned|burnt|scalded|poisoned|electrocuted)|burns? on (?:${whose} )?(?:skin|hands?|arms?|face|legs?)|scald(?:ed|s)\\b|frostbit\\w*`,
  "unconscious|un-conscious|not (?:breathing|responding to us)|stopped breathing|can(?:'t|not) breathe|breathing (?:problems?|difficult\\w*)|no pulse|heart attack|chest pains?|stroke symptoms|seizure|faint(?:ed|ing)|feel(?:s|ing)? (?:faint|dizzy|sick|unwell)|dizz(?:y|iness)|nause\\w*|vomit\\w*|heat ?-?stroke|heat exhaustion|allergic (?:shock|reaction)|anaphyla\\w*",
  `in(?:to|side)? ${whose} eyes?\\b|eyes? (?:burn|hurt|sting)\\w*|splash\\w*(?: \\w+){0,3}? (?:eyes?|face|skin|hands?|arms?|me|him|her)\\b|(?<!wear )on (?:to )?${whose} (?:bare )?(?:skin|hands?|face|arms?)\\b(?! (?:wheel|brake|tool|valve))|swallow(?:ed|ing)?|inhal(?:ed?|ing)|breathed in|drank (?:the|some|a)`,
  'poison(?:ed|ing|ous)|toxic gas|suffocat\\w*|asphyxi\\w*|lack of oxygen|oxygen deficien\\w*|carbon monoxide|gas leak\\w*|leak(?:ing|s|ed)? (?:of )?(?:gas|ammonia|chlorine|acid)|(?:ammonia|chlorine|acid) (?:leak|spill)\\w*|smell(?:s|ing)? (?:of |like )?(?:gas|burning|smoke)|hydrofluoric',
  'fire\\b(?! (?:up|rate))|burning (?:down|up)|in flames|flames\\b|smoke\\b|smould\\w*|explosion|explod(?:e|es|ed|ing)\\b(?! (?:view|drawing|diagram))|caught fire|on fire|(?:is|are|something|it) (?:burning|burns)\\b',
  'evacuat\\w*|ambulance|paramedic|first[ -]?aid|emergenc(?:y|ies)(?! stop)|rescue|defibrillat\\w*|\\baed\\b|\\bcpr\\b|call (?:911|112|999)|\\b911\\b|doctor|hospital',
  "inter-?lock\\w*|light[ -]?curtains?|lock[ -]?(?:ed )?out\\b|tag[ -]?(?:ged )?out|\\bloto\\b|(?:bypass|disable|defeat|override|remove|switch off|turn off|jumper|tape|without)(?:\\w*) (?:\\w+ ){0,3}?(?:safety|guards?|protect\\w+|e-?stop|fence|two-?hand\\w*)|(?:safety|guards?|fence|gate|cover|door)s? (?:\\w+ )?(?:off|open|removed|bypassed|disabled)\\b(?! when| to the)|take (?:\\w+ ){0,2}guards? off|(?:some(?:body|one) else.?s|another|other people.?s) (?:tag|lock)|safety (?:door|guard|cover|device|switch|fence)s?|reach(?:ing)? (?:in|into)(?: \\w+){0,3} (?:running|moving|while)|(?:clean|oil|grease|wipe)\\w*(?: \\w+){0,4} while (?:it(?:'s| is)? )?(?:running|moving|turning)",
];

const inJapanese = new RegExp(japanese.join('|'), 'u');
const inEnglish = new RegExp(`\\b(?:${english.join('|')})`, 'u');

export function isAboutDanger(question: string): boolean {
  const text = foldText(question).replace(/[’‘]/gu, "'");
  return inEnglish.test(text) || inJapanese.test(text.replaceAll(' ', ''));
}
