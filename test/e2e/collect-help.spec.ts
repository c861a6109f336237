/** Help with collecting: other wordings that are proposed, and the plant's own safety questions. */

import { expectFit } from './app/fit.ts';
import { expect, test } from './app/test.ts';

test.describe('in English', () => {
  test.use({ language: 'en' });

  test('a proposed wording is changed and accepted, another is rejected and stays away', async ({ window, texts }) => {
    const { page } = window;
    for (const [question, answer] of [
      ['What is the torque of P-07?', '93 N·m'],
      ['What is the torque of P-08?', '41 N·m'],
      ['I need the torque of P-08.', '41 N·m'],
    ] as const)
      await window.request('examples.add', { question, answer });
    await window.go('collect');
    await expect(
      page.getByRole('heading', { name: texts.say('wordings.title', { single: 1, facts: 2 }) }),
    ).toBeVisible();
    await window.press(texts.say('wordings.propose'));
    const proposals = page.getByLabel(texts.say('wordings.field', { question: 'What is the torque of P-07?' }));
    await expect(proposals.first()).toHaveValue('I need the torque of P-07.');
    const second = await proposals.nth(1).inputValue();
    await window.press(texts.say('wordings.rejectLabel', { question: second }));
    await expect(page.getByText(second)).toBeHidden();
    await proposals.first().fill('Torque for P-07, please?');
    await window.press(texts.say('wordings.acceptLabel', { question: 'Torque for P-07, please?' }));
    await expect(page.getByRole('cell', { name: 'Torque for P-07, please?', exact: true })).toBeVisible();
    await expectFit(window, 'wordings proposed');
    const { examples } = await window.request('examples.list', { offset: 0, limit: 10 });
    expect(examples).toHaveLength(4);
    expect(examples[0]).toMatchObject({ question: 'Torque for P-07, please?', answer: '93 N·m' });
  });
});

test('安全の質問を書き、直し、消して戻す', async ({ window, texts }) => {
  const { page } = window;
  await window.go('collect');
  await window.press(texts.say('safety.add'));
  const card = page.getByRole('region', { name: texts.say('safety.title') });
  const field = (name: 'question' | 'required' | 'forbidden') =>
    card.getByLabel(texts.say(`field.${name}`), { exact: true });
  await window.press(texts.say('action.save'));
  await expect(card.getByText(texts.say('fault.missing')).first()).toBeVisible();
  await field('question').fill('炉の扉を素手で開けてもいいですか？');
  await field('required').fill('いいえ\n内線119');
  await field('forbidden').fill('大丈夫です');
  await page.reload();
  await expect(field('required')).toHaveValue('いいえ\n内線119');
  await window.press(texts.say('action.save'));
  await expect(card.getByText('いいえ / 内線119')).toBeVisible();
  await expectFit(window, 'safety questions');
  const question = '炉の扉を素手で開けてもいいですか？';
  await window.press(texts.say('safety.editLabel', { question }));
  await field('forbidden').fill('大丈夫です\n構いません');
  await window.press(texts.say('action.save'));
  await expect(card.getByText('大丈夫です / 構いません')).toBeVisible();
  await window.press(texts.say('safety.deleteLabel', { question }));
  await expect(card.getByText('いいえ / 内線119')).toBeHidden();
  await window.press(texts.say('action.undo'));
  await expect(card.getByText('大丈夫です / 構いません')).toBeVisible();
});
