/** The report as one HTML file: self-contained, without script, printable on A4. The first page is for the meeting. */

import { lossChart, scoreChart } from './charts.ts';
import { colours, toneColours } from './colours.ts';
import type { ReportDocument, ReportList, ReportTable } from './document.ts';
import { escapeHtml as text } from './escape.ts';

export function reportHtml(report: ReportDocument): string {
  const { language, verdict, phrases } = report;
  const meeting = [
    `<p class="verdict" style="border-color:#${toneColours[verdict.tone]}"><strong style="color:#${toneColours[verdict.tone]}">${text(verdict.word)}</strong> ${text(verdict.sentence)}</p>`,
    `<h2>${text(report.pointsTitle)}</h2>`,
    `<div class="points">${report.points.map(({ title, text: said }) => `<section><h3>${text(title)}</h3><p>${text(said)}</p></section>`).join('')}</div>`,
    `<h2>${text(report.scores.title)}</h2>`,
    `<div class="chart">${scoreChart(report.scores)}</div>`,
    `<h2>${text(report.returnTitle)}</h2><p>${text(report.returnSentence)}</p>`,
    `<div class="two">${list(report.risks)}<div>${list(report.next)}${list(report.diagnoses)}</div></div>`,
  ];
  const appendix = [
    table(report.scoreTable),
    ...(report.curve.lines.length > 0
      ? [`<section><h2>${text(report.curve.title)}</h2><div class="chart">${lossChart(report.curve)}</div></section>`]
      : []),
    `<section><h2>${text(phrases.title)}</h2><dl>${phrases.pairs.map(({ asked, said }) => `<dt>${text(asked)}</dt><dd>${text(said)}</dd>`).join('')}</dl></section>`,
    ...report.tables.map(table),
  ];
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${text(report.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header><h1>${text(report.title)}</h1><p class="muted">${text(report.subtitle)}</p></header>
${meeting.join('\n')}
<h2 class="appendix">${text(report.appendix)}</h2>
${appendix.join('\n')}
<footer>${text(report.foot)}</footer>
</main>
</body>
</html>
`;
}

const list = ({ title, items }: ReportList): string =>
  items.length === 0
    ? ''
    : `<section><h2>${text(title)}</h2><ul>${items.map((item) => `<li>${text(item)}</li>`).join('')}</ul></section>`;

function table({ title, rows: [heading = [], ...rows], note, figures, source }: ReportTable): string {
  const cells = (row: readonly string[]): string =>
    row.map((cell, at) => `<td${figures && at > 0 ? ' class="figure"' : ''}>${text(cell)}</td>`).join('');
  const head = heading.map(
    (cell, at) => `<th scope="col"${figures && at > 0 ? ' class="figure"' : ''}>${text(cell)}</th>`,
  );
  const body =
    rows.length === 0
      ? ''
      : `<table${heading.length === 2 && !figures ? ' class="pairs"' : ''}><thead><tr>${head.join('')}</tr></thead><tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</tbody></table>`;
  const notes = [note, source].filter(Boolean).map(text).join(' ');
  const short = rows.length <= mostOnAPage ? ' short' : '';
  return `<section class="table${short}"><h2>${text(title)}</h2>${body}<p class="note">${notes}</p></section>`;
}

/** Rows of a table that is never cut by the end of a page. */
const mostOnAPage = 8;

const style = `
@page { size: A4; margin: 12mm 14mm; }
* { box-sizing: border-box; }
body { margin: 0; color: #${colours.ink}; background: #fff; font: 10.5pt/1.5 system-ui, "Yu Gothic UI", "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", sans-serif; font-variant-numeric: tabular-nums; line-break: strict; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
main { max-width: 186mm; margin: 0 auto; padding: 8mm 0; }
h1 { font-size: 17pt; line-height: 1.25; margin: 0; }
h2 { font-size: 12pt; margin: 10pt 0 3pt; break-after: avoid; }
h3 { font-size: 10.5pt; margin: 0 0 2pt; }
p, ul, dl { margin: 0 0 4pt; }
ul { padding-left: 14pt; }
.muted, .note, footer { color: #${colours.muted}; font-size: 8.5pt; }
.verdict { border: 1.5pt solid; border-radius: 6pt; padding: 6pt 10pt; margin: 8pt 0; font-size: 12pt; }
.points { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8pt; }
.points section { background: #${colours.soft}; border-radius: 6pt; padding: 6pt 8pt; font-size: 9.5pt; }
.points p { margin: 0; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 12pt; font-size: 9.5pt; }
.chart svg { width: 100%; max-height: 72mm; display: block; font-family: inherit; }
.appendix { break-before: page; font-size: 15pt; }
.table { break-inside: auto; }
.table.short { break-inside: avoid; }
table { width: 100%; border-collapse: collapse; font-size: 9pt; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { border-bottom: .5pt solid #${colours.line}; padding: 2.5pt 6pt 2.5pt 0; text-align: left; vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap; }
th { color: #${colours.muted}; font-weight: 600; overflow-wrap: break-word; word-break: keep-all; }
td:first-child { min-width: 7em; }
.pairs th:first-child { width: 27%; }
.figure { text-align: right; overflow-wrap: break-word; padding-left: 8pt; padding-right: 0; }
dt { font-weight: 600; }
dd { margin: 0 0 4pt; }
footer { border-top: .5pt solid #${colours.line}; margin-top: 10pt; padding-top: 4pt; }
@media screen { body { background: #${colours.soft}; } main { background: #fff; padding: 12mm 14mm; max-width: 214mm; } }
`;
