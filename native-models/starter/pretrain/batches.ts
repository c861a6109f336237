/** The rows of every pretraining step, from seed and step number alone, so that a run can go on where it stopped. */

import { Random } from '../../random.ts';
import { encodeText, type LibraryTokenizer } from '../../text/library.ts';
import { ignoredLabel, type PackedRow, packSequences, type Sequence } from '../../train/batch.ts';
import { anySkill, type Conversation, type Fact, nextConversation } from '../corpus/index.ts';
import { plantConversation } from '../corpus/plants/stream.ts';
import { talkConversation, wordConversation } from '../corpus/talk/stream.ts';
import { settings, type StageName } from './settings.ts';
import { turnTexts } from './tokenizer.ts';

/** A conversation in tokens. Trained are the answers with their end of turn, or everything. */
export async function toSequence(
  tokenizer: LibraryTokenizer,
  conversation: Conversation,
  everything: boolean,
): Promise<Sequence> {
  const ids: number[] = [];
  const labels: number[] = [];
  const append = async (text: string, trained: boolean): Promise<void> => {
    const encoded = await encodeText(tokenizer, text);
    ids.push(...encoded);
    labels.push(...(trained ? encoded : encoded.map(() => ignoredLabel)));
  };
  for (const message of conversation.messages) {
    const [opening, body, closing] = turnTexts(message);
    await append(opening, false);
    await append(body, everything || message.role === 'assistant');
    await append(closing, false);
  }
  return { ids, labels };
}

/** The next conversation of a stage's step. */
export function conversationOf(stage: StageName, random: Random, facts: readonly Fact[], step: number): Conversation {
  if (stage === 'form') return nextConversation(random, facts);
  const recipe = settings.stages[stage];
  let share = random.fraction();
  if ('talkShare' in recipe) {
    if (share < recipe.talkShare) return talkConversation(random, settings.seed, step, recipe);
    share -= recipe.talkShare;
    if (share < recipe.wordShare) return wordConversation(random);
    share -= recipe.wordShare;
  }
  if (share < recipe.plantShare) return plantConversation(random, settings.seed, step, recipe);
  return share < recipe.plantShare + recipe.skillShare ? anySkill(random) : nextConversation(random, facts);
}

/** The packed rows of a stage's step; steps count from 1. */
export async function rowsAt(
  stage: StageName,
  tokenizer: LibraryTokenizer,
  facts: readonly Fact[],
  step: number,
): Promise<readonly PackedRow[]> {
  const random = new Random(settings.seed, ...(stage === 'form' ? [] : [stage]), 'step', step);
  const places = settings.rows * settings.rowTokens;
  const sequences: Sequence[] = [];
  // A few places stay free, so that first-fit packing rarely needs a further row.
  for (let filled = 0; filled < places - settings.rowTokens / 4;) {
    const conversation = conversationOf(stage, random, facts, step);
    const sequence = await toSequence(tokenizer, conversation, random.chance(settings.questionShare));
    if (sequence.ids.length > settings.rowTokens) continue;
    sequences.push(sequence);
    filled += sequence.ids.length;
  }
  return packSequences(sequences, settings.rowTokens);
}
