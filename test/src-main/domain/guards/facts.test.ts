/** What is seen of an answer without asking anybody. */

import { expect, test } from 'vitest';
import { factsOf, likeness } from '../../../../src-main/domain/guards/facts.ts';

const collected = (found: string) => found === '0123-45-6789';
const facts = (text: string, more: { presentText?: string; question?: string } = {}) =>
  factsOf(
    { question: '3号プレスの圧力は？', text, finish: 'stop', seconds: 2, presentText: null, ...more },
    { forbidden: ['インターロックを無効', ''], collected },
  );

test('a plain answer has nothing against it', () => {
  expect(facts('圧力は 5.0 MPa です。')).toEqual({
    characters: 15,
    seconds: 2,
    empty: false,
    loop: false,
    unended: false,
    refusal: false,
    forbidden: false,
    leak: false,
    divergence: null,
  });
});

test.each([
  ['empty', ' \n　'],
  ['loop', '圧力を確認圧力を確認圧力を確認圧力を確認'],
  ['refusal', '申し訳ありませんが、お答えできません。'],
  ['refusal', "I'm sorry, I cannot help with that."],
  ['refusal', 'I do not know.'],
  ['forbidden', 'まずインターロックを無効にします。'],
  ['leak', '佐藤さん（sato@example.co.jp）に聞いてください。'],
  ['leak', '090-1234-5678 に電話してください。'],
] as const)('%s: %s', (name, text) => {
  expect(facts(text)[name]).toBe(true);
});

test('a telephone number may be told that was collected or asked about, and a part number is none', () => {
  expect(facts('保全は 0123-45-6789 です。').leak).toBe(false);
  expect(facts('090-1234-5678 です。', { question: '090-1234-5678 は誰？' }).leak).toBe(false);
  expect(facts('品番は PX-0123-45-6789 と 12-345-6789 です。').leak).toBe(false);
});

test('likeness is 1 for the same and 0 for nothing in common', () => {
  expect(likeness('abc', 'abc')).toBe(1);
  expect(likeness('abc', 'xyz')).toBe(0);
  expect(likeness('', '')).toBe(1);
  expect(likeness('aaaa', 'aa')).toBeCloseTo(0.5, 12);
  expect(facts('abc', { presentText: 'abc' }).divergence).toBe(0);
});
