/** What is said of rows that cannot be used, and of what was decided while reading: on screen, in the terminal, in the README. */

import type { ColumnMapping, ImportNotice, Language, RowError } from './entities.ts';

export const rowErrorWords: Record<Language, Record<RowError['code'], string>> = {
  en: {
    'empty-question': 'The question is empty',
    'empty-answer': 'The answer is empty',
    'too-long': 'The text is too long',
    'duplicate-row': 'The same row again',
    'missing-column': 'The column is missing',
    'surplus-cells': 'More cells than columns: perhaps a separator within a text without quotes',
    'stray-quote': 'Text stands behind the closing quotation mark',
    'json-damaged': 'The JSON is damaged',
    'not-an-object': 'This is not a JSON object',
    'repeated-key': 'A key stands twice, so it is not clear which value counts',
    'not-text': 'This is a list or an object, not a text',
    'chat-unreadable': 'The conversation has a role or a content that is not known',
    'chat-turns': 'The conversation is not one question with one answer',
    'marked-bad': 'The file itself marks this answer as a bad one',
    'broken-character': 'A character was lost or changed before the file came here (�, Ã©, 縺ｮ), or cannot be seen',
    'cannot-be-shown': 'It is not known how this number format is shown; use another format, or text',
    'shown-by-condition':
      'A conditional format decides how this number is shown; give the cell its own format, or type it as text',
    'struck-through': 'Text is struck through: take the line away if it still holds, or the text if it does not',
    'headings-again': 'The headings stand here once more',
    'cell-error': 'The cell shows an error',
    'not-computed': 'The file holds the formula without its result; open and save it in a spreadsheet first',
  },
  ja: {
    'empty-question': '質問が空です',
    'empty-answer': '答えが空です',
    'too-long': '文が長すぎます',
    'duplicate-row': '同じ行があります',
    'missing-column': '列がありません',
    'surplus-cells': 'セルが列より多くあります（引用符のない区切り文字かもしれません）',
    'stray-quote': '閉じた引用符の後ろに文字があります',
    'json-damaged': 'JSONが壊れています',
    'not-an-object': 'JSONのオブジェクトではありません',
    'repeated-key': '同じ項目名が2回あり、どちらの値か決められません',
    'not-text': '文ではなく、配列かオブジェクトです',
    'chat-unreadable': '会話の役割か内容が読み取れません',
    'chat-turns': '質問1つと答え1つの会話ではありません',
    'marked-bad': 'ファイルの中で、悪い答えと印が付いています',
    'broken-character': '失われたか化けた文字（�、Ã©、縺ｮ）、または目に見えない制御文字があります',
    'cannot-be-shown': 'この表示形式でどう表示されるか分かりません。別の表示形式か文字列にしてください',
    'shown-by-condition': '条件付き書式で表示が変わる数値です。セル自身の表示形式か文字列にしてください',
    'struck-through': '取り消し線のある文字です。有効なら線を、無効なら文字を消してください',
    'headings-again': '見出しがもう一度あります',
    'cell-error': 'セルがエラーを表示しています',
    'not-computed': '数式だけで計算結果がありません。表計算ソフトで開いて保存してください',
  },
};

/** `{name}` is the notice's value of that name. */
const noticeWords: Record<Language, Record<ImportNotice['code'], string>> = {
  en: {
    'rows-above-heading': 'Headings were found in row {row}; what stands above them ({count}) was left out.',
    'no-headings': 'No row names the columns: they are taken in their order, from the first row on.',
    'columns-left-out': 'These columns are not imported: {columns}.',
    'thoughts-left-out': 'Thoughts beside answers were left out ({count}).',
    'system-left-out': 'System messages were left out ({count}): examples have none of their own.',
    'columns-alike': 'More than one column could be the {role} ({columns}), so none was chosen.',
    'hidden-zeros': 'The sheet shows zeros as empty cells, so they were read as empty ({count}).',
    'hidden-rows':
      'Rows that are hidden or filtered out were left out ({count}). Show them in the workbook to import them.',
    'hidden-columns': 'Hidden columns were left out ({columns}). Show them in the workbook to import them.',
    'short-dates': "Dates in the system's short format ({count}) were written as 2024/4/1.",
  },
  ja: {
    'rows-above-heading': '見出しは{row}行目です。その上の{count}行は取り込みません。',
    'no-headings': '列名の行が見つからないため、最初の行から列の順番どおりに取り込みます。',
    'columns-left-out': '取り込まない列: {columns}',
    'thoughts-left-out': '答えに添えられた思考（{count}件）は取り込みません。',
    'system-left-out': 'システムメッセージ（{count}件）は取り込みません。事例には含められないためです。',
    'columns-alike': '{role}の列の候補が複数あるため、選んでいません（{columns}）。',
    'hidden-zeros': 'ゼロを表示しない設定のシートなので、ゼロのセル（{count}件）は空として取り込みます。',
    'hidden-rows':
      '非表示の行（{count}行、フィルターで隠れた行を含む）は取り込みません。必要ならブックで表示してください。',
    'hidden-columns': '非表示の列（{columns}）は取り込みません。必要ならブックで表示してください。',
    'short-dates': 'パソコンの設定で表示が変わる日付（{count}件）は「2024/4/1」の形で取り込みます。',
  },
};

export function noticeSentence({ code, values }: ImportNotice, language: Language): string {
  const { role } = values;
  const inWords = role === undefined ? values : { ...values, role: roleInWords(role, language) };
  return noticeWords[language][code].replace(/\{(\w+)\}/g, (_, name: string) => String(inWords[name] ?? '?'));
}

const roleWords: Record<Language, Record<keyof ColumnMapping, string>> = {
  en: { question: 'question', answer: 'answer', category: 'category' },
  ja: { question: '質問', answer: '答え', category: '分類' },
};

/** What a column holds. */
export function roleInWords(role: unknown, language: Language): string {
  const words: Readonly<Record<string, string>> = roleWords[language];
  return words[String(role)] ?? String(role);
}

/** What is said where rows that cannot be used are left out of what is read. @param errors at least one */
export function rowsLeftOut(errors: readonly RowError[], language: Language): string {
  const { row, code } = errors[0]!;
  const why = rowErrorWords[language][code];
  return language === 'ja'
    ? `使えない${errors.length}行は取り込みません（最初は${row}行目: ${why}）。`
    : `Rows that cannot be used were left out (${errors.length}; the first is row ${row}: ${why}).`;
}
