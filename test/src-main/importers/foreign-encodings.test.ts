/**
 * Texts in the encodings of other languages pass for Japanese ones byte by byte: as kanji in EUC-JP, as half-width katakana in
 * CP932. They are refused, never read as something else; Japanese texts are read.
 */

import Encoding from 'encoding-japanese';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeText } from '../../../src-main/importers/encodings.ts';

/** Bytes of each character of an encoding, from Node's own decoder. */
function encoderOf(label: string): (text: string) => Buffer {
  const bytes = new Map<string, readonly number[]>();
  const decoder = new TextDecoder(label);
  const keep = (codes: readonly number[]) => {
    const character = decoder.decode(Uint8Array.from(codes));
    if ([...character].length === 1 && character !== '\uFFFD' && !bytes.has(character)) bytes.set(character, codes);
  };
  for (let first = 0; first < 256; first += 1) keep([first]);
  for (let first = 0x81; first < 255; first += 1)
    for (let second = 0x40; second < 255; second += 1) keep([first, second]);
  return (text) => Buffer.from([...text].flatMap((character) => bytes.get(character)!));
}

const words: Readonly<Record<string, readonly string[]>> = {
  gbk: ['油泵在哪里', '紧急停止按钮在左侧', '请关闭电源', '检查压力表', '设备编号', '温度上限是多少', '问题', '答案'],
  big5: ['油泵在哪裡', '緊急停止按鈕在左側', '請關閉電源', '檢查壓力錶', '設備編號', '溫度上限是多少', '問題', '答案'],
  'euc-kr': [
    '펌프는 어디에 있습니까',
    '비상 정지 버튼은 왼쪽에 있습니다',
    '전원을 끄십시오',
    '설비 번호',
    '질문',
    '답변',
  ],
  'windows-1251': ['Где насос', 'Нажмите кнопку', 'Давление масла', 'Ответ', 'Вопрос', 'Мастер смены'],
  'koi8-r': ['Где насос', 'Нажмите кнопку', 'Давление масла', 'Ответ', 'Вопрос', 'Мастер смены'],
  'windows-874': ['ปั๊มอยู่ที่ไหน', 'ปิดไฟ', 'หัวหน้ากะ', 'ตรวจสอบ'],
  'windows-1252': [
    'Wo ist das Öl',
    'Müller prüft täglich',
    'Größe und Maß',
    'Pression élevée',
    'Arrêt d’urgence',
    '5 € – 7 €',
  ],
};

test.each(Object.entries(words))('no text in %s is read as Japanese', async (label, phrases) => {
  const encode = encoderOf(label);
  const rows = fc.array(fc.tuple(fc.constantFrom(...phrases), fc.constantFrom(...phrases)), {
    minLength: 1,
    maxLength: 10,
  });
  await fc.assert(
    fc.asyncProperty(rows, fc.constantFrom(',', ';', '\t'), async (pairs, separator) => {
      const bytes = encode(pairs.map((pair) => pair.join(`?${separator}`)).join('\n'));
      await expect(decodeText(bytes, 'x.csv')).rejects.toMatchObject({
        code: expect.stringMatching(/^import-(?:undecodable|encoding-unclear)$/) as string,
      });
    }),
    { numRuns: 200 },
  );
});

test.each([
  ['部品,倉庫\n弁,二号棟\n', ['SJIS']],
  ['氏名,所属\n佐藤,製造課\n高橋,保全課\n', ['SJIS']],
  ['質問,答え\nｵｲﾙは？,ﾎﾟﾝﾌﾟの横\n', ['SJIS']],
  ['質問,答え\n油の種類は何ですか,鉱物油です\n', ['SJIS', 'EUCJP']],
  ['締付トルクはいくつですか？,93 N\n非常停止ボタンはどこ？,操作盤の左です。\n', ['SJIS', 'EUCJP']],
] as const)('Japanese texts are read: %j', async (text, encodings) => {
  for (const to of encodings) {
    const bytes = Uint8Array.from(Encoding.convert(Encoding.stringToCode(text), { to, from: 'UNICODE' }));
    expect((await decodeText(bytes, 'x.csv')).text).toBe(text);
  }
});

// The same bytes are Korean or Chinese texts: nothing but a person can tell.
test.each(['氏名,所属\n佐藤,製造課\n高橋,保全課\n', '部品,倉庫\n弁,二号棟\n'])(
  'kanji alone in EUC-JP are refused by name, not guessed: %j',
  async (text) => {
    const bytes = Uint8Array.from(Encoding.convert(Encoding.stringToCode(text), { to: 'EUCJP', from: 'UNICODE' }));
    await expect(decodeText(bytes, 'x.csv')).rejects.toMatchObject({ code: 'import-encoding-unclear' });
  },
);
