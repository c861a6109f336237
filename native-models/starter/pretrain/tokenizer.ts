/** The starter's tokenizer and chat template: trained on the corpus, written as Hugging Face files. */

import { Random } from '../../random.ts';
import { specialTokens, tokenizerJson, trainVocabulary, type Vocabulary, withCharacters } from '../bpe.ts';
import { type Conversation, type Fact, nextConversation } from '../corpus/index.ts';
import { levelOneKanji } from '../corpus/plants/alphabet.ts';
import { plantConversation } from '../corpus/plants/stream.ts';
import { talkConversation } from '../corpus/talk/stream.ts';
import type { ChatMessage } from '../../jobs.ts';
import { settings, type StageName } from './settings.ts';

export const [endOfText, startOfTurn, endOfTurn] = specialTokens;
export const endOfTextId = 0;
export const endOfTurnId = 2;

/** ChatML, as a Jinja template. */
export const chatTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** What the template renders of one turn, in its two parts: what leads to the content, and content with end of turn. */
export const turnTexts = ({
  role,
  content,
}: ChatMessage): readonly [opening: string, body: string, closing: string] => [
  `${startOfTurn}${role}\n`,
  `${content}${endOfTurn}`,
  '\n',
];

/** Kana that a plant may use though the corpus does not, and the roles of the template. */
const always = [
  'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽまみむめもゃやゅゆょよらりるれろわをん',
  'ァアィイゥウェエォオカガキギクグケゲコゴサザシジスズセゼソゾタダチヂッツヅテデトドナニヌネノハバパヒビピフブプヘベペホボポマミムメモャヤュユョヨラリルレロワヲンヴー',
]
  .flatMap((kana) => [...kana])
  .concat('system', 'user', 'assistant');

/** Often enough to be merged before anything that the corpus has only rarely. */
const alwaysCount = 20;

function* contents(conversation: () => Conversation): Generator<string> {
  for (let index = 0; index < settings.tokenizerConversations; index++) {
    for (const { content } of conversation().messages) yield content;
  }
}

function* formTexts(facts: readonly Fact[]): Generator<string> {
  const random = new Random(settings.seed, 'tokenizer');
  yield* contents(() => nextConversation(random, facts));
  for (const text of always) for (let times = 0; times < alwaysCount; times++) yield text;
}

/** Plants of all steps, as they come. */
function plantTexts(): Generator<string> {
  const { plants } = settings.stages;
  const random = new Random(settings.seed, 'tokenizer', 'plants');
  return contents(() => plantConversation(random, settings.seed, random.integer(1, plants.steps), plants));
}

/** Talk of all steps, as it comes. */
function talkTexts(): Generator<string> {
  const { talk } = settings.stages;
  const random = new Random(settings.seed, 'tokenizer', 'talk');
  return contents(() => talkConversation(random, settings.seed, random.integer(1, talk.steps), talk));
}

/** A pair of an invented plant is merged where it is common, not where one word is often asked about. */
const smallestPlantCount = 40;

/** The vocabulary of a stage; each goes on from the one before, so that its ids stay. The same seed gives the same. */
function vocabularyOf(stage: StageName, facts: readonly Fact[]): Vocabulary {
  const form = trainVocabulary(formTexts(facts), settings.stages.form.vocabularySize);
  if (stage === 'form') return form;
  const wide = withCharacters(form, levelOneKanji);
  const plants = trainVocabulary(plantTexts(), settings.stages.plants.vocabularySize, smallestPlantCount, wide);
  if (stage === 'plants' || stage === 'skills') return plants;
  return trainVocabulary(talkTexts(), settings.stages.talk.vocabularySize, undefined, plants);
}

/** The content of tokenizer.json of a stage. The same seed gives the same bytes. */
export const buildTokenizerJson = (stage: StageName, facts: readonly Fact[]): object =>
  tokenizerJson(vocabularyOf(stage, facts));

/** The content of tokenizer_config.json. */
export const tokenizerConfig = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  bos_token: endOfText,
  eos_token: endOfTurn,
  pad_token: endOfText,
  clean_up_tokenization_spaces: false,
  model_max_length: 512,
  chat_template: chatTemplate,
};
