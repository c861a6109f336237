/** The starter's tokenizer and chat template: trained on the corpus, written as Hugging Face files. */

import { Random } from '../../random.ts';
import { specialTokens, tokenizerJson, trainVocabulary } from '../bpe.ts';
import { type Fact, nextConversation } from '../corpus/index.ts';
import type { ChatMessage } from '../../jobs.ts';
import { settings } from './settings.ts';

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

/** The content of tokenizer.json. The same seed gives the same bytes. */
export function buildTokenizerJson(facts: readonly Fact[]): object {
  const random = new Random(settings.seed, 'tokenizer');
  function* texts(): Generator<string> {
    for (let index = 0; index < settings.tokenizerConversations; index++) {
      for (const { content } of nextConversation(random, facts).messages) yield content;
    }
    for (const text of always) for (let times = 0; times < alwaysCount; times++) yield text;
  }
  return tokenizerJson(trainVocabulary(texts(), settings.vocabularySize));
}

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
