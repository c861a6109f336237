/** The rows of every pretraining step, from seed and step number alone, so that a run can go on where it stopped. */

import { Random } from '../../random.ts';
import type { LibraryTokenizer } from '../../text/library.ts';
import { ignoredLabel, type PackedRow, packSequences, type Sequence } from '../../train/batch.ts';
import { type Conversation, type Fact, nextConversation } from '../corpus/index.ts';
import { settings } from './settings.ts';
import { turnTexts } from './tokenizer.ts';

/** A conversation in tokens. Trained are the answers with their end of turn, or everything. */
export function toSequence(tokenizer: LibraryTokenizer, conversation: Conversation, everything: boolean): Sequence {
  const ids: number[] = [];
  const labels: number[] = [];
  const append = (text: string, trained: boolean): void => {
    const encoded = tokenizer.encode(text, { add_special_tokens: false }).ids;
    ids.push(...encoded);
    labels.push(...(trained ? encoded : encoded.map(() => ignoredLabel)));
  };
  for (const message of conversation.messages) {
    const [opening, body, closing] = turnTexts(message);
    append(opening, false);
    append(body, everything || message.role === 'assistant');
    append(closing, false);
  }
  return { ids, labels };
}

/** The packed rows of a step; steps count from 1. */
export function rowsAt(tokenizer: LibraryTokenizer, facts: readonly Fact[], step: number): readonly PackedRow[] {
  const random = new Random(settings.seed, 'step', step);
  const places = settings.rows * settings.rowTokens;
  const sequences: Sequence[] = [];
  // A few places stay free, so that first-fit packing rarely needs a further row.
  for (let filled = 0; filled < places - settings.rowTokens / 4;) {
    const sequence = toSequence(tokenizer, nextConversation(random, facts), random.chance(settings.questionShare));
    if (sequence.ids.length > settings.rowTokens) continue;
    sequences.push(sequence);
    filled += sequence.ids.length;
  }
  return packSequences(sequences, settings.rowTokens);
}
