/** What is said to fit for certain does fit, however the tokenizer cuts it. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openChatModel } from '../../../native-models/models/chat-model.ts';
import { shortness } from '../../../native-models/text/shortness.ts';
import { starterFolder } from '../../bench/models.ts';
import { goldenPath } from '../goldens.ts';

const words = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: fc.constantFrom('油', '圧', 'ﷺ', '㌔', '①', 'A', '7', ' ', '\n', '🙂', 'ｶﾞ'), maxLength: 80 }),
);

test.each(['starter', 'qwen2-tied', 'gemma2', 'phi3'])('%s', async (name) => {
  const { chat, tokenizer } = await openChatModel(name === 'starter' ? starterFolder : goldenPath(name));
  const limit = 200;
  let [sure, all] = [0, 0];
  const surelyFits = await shortness(chat, tokenizer, limit);
  await fc.assert(
    fc.asyncProperty(words, words, async (question, answer) => {
      all += 1;
      if (!surelyFits({ id: '', question, answer })) return;
      sure += 1;
      const { ids, answerTokens } = await chat.encodeExample(question, answer);
      expect(ids.length).toBeLessThanOrEqual(limit);
      expect(answerTokens).toBeGreaterThan(0);
    }),
    { numRuns: 150 },
  );
  // A tokenizer that does not work on bytes is never sure.
  if (tokenizer.byBytes) expect(sure).toBeGreaterThan(all / 20);
  else expect(sure).toBe(0);
});
