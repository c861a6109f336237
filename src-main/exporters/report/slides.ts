/** The report as slides (PPTX): tables and charts are PowerPoint's own, so that they can be edited. */

import library from 'pptxgenjs';
import { colours, toneColours } from './colours.ts';
import type { ReportDocument, ReportList, ReportTable } from './document.ts';

/**
 * The package names no module type, so its types are read as CommonJS, with the class under `default`; what is loaded is
 * its ECMAScript module, whose default is the class itself.
 */
const Presentation = library as unknown as typeof library.default;
type Presentation = library.default;
type Slide = library.default.Slide;

/** Inches, as PowerPoint's wide slide has them. */
const page = { width: 13.33, left: 0.5, inner: 12.33, top: 1.15, bottom: 6.9 } as const;
/** Inches that a table may take above its note. */
const tableHeight = 5.1;
/** Width of a letter and height of a line, in points of the font's size; a cell's margins in inches. */
const [latinWidth, wideWidth, lineHeight] = [0.58, 1.02, 1.25];
const [cellSides, cellEnds] = [0.2, 0.1];
const fonts = { ja: 'Yu Gothic', en: 'Calibri' } as const;

export async function reportSlides(report: ReportDocument): Promise<Uint8Array> {
  const slides = new Presentation();
  slides.layout = 'LAYOUT_WIDE';
  slides.title = report.title;
  slides.company = 'Usumaku';
  const fontFace = fonts[report.language];
  slides.theme = { headFontFace: fontFace, bodyFontFace: fontFace };
  const begin = (title: string) => beginSlide(slides, report, title);

  const first = begin(report.title);
  const { verdict } = report;
  first.addText(report.subtitle, { x: page.left, y: 0.85, w: page.inner, h: 0.35, fontSize: 12, color: colours.muted });
  first.addText(
    [
      { text: `${verdict.word}  `, options: { bold: true, color: toneColours[verdict.tone] } },
      { text: verdict.sentence, options: { color: colours.ink } },
    ],
    {
      ...{ x: page.left, y: 1.35, w: page.inner, h: 0.95, fontSize: 18 },
      line: { color: toneColours[verdict.tone], width: 1.5 },
    },
  );
  report.points.forEach(({ title, text }, at) => {
    first.addText(
      [
        { text: title, options: { bold: true, breakLine: true } },
        { text, options: {} },
      ],
      {
        ...{ x: page.left + at * 4.15, y: 2.5, w: 4.03, h: 1.75, fontSize: 13, valign: 'top', color: colours.ink },
        fill: { color: colours.soft },
      },
    );
  });
  first.addText(
    [
      { text: report.returnTitle, options: { bold: true, breakLine: true } },
      { text: report.returnSentence, options: {} },
    ],
    { x: page.left, y: 4.4, w: page.inner, h: 0.8, fontSize: 14, valign: 'top', color: colours.ink },
  );
  first.addText(listRuns(report.next), {
    x: page.left,
    y: 5.25,
    w: 5.9,
    h: 1.6,
    fontSize: 13,
    valign: 'top',
    color: colours.ink,
  });
  first.addText(listRuns(report.risks), {
    x: 6.75,
    y: 5.25,
    w: 6.08,
    h: 1.6,
    fontSize: 11,
    valign: 'top',
    color: colours.ink,
    fit: 'shrink',
  });

  addScoreSlide(slides, begin(report.scores.title), report);
  addTableSlides(begin, report.scoreTable);
  if (report.curve.lines.length > 0) addCurve(slides, begin(report.curve.title), report.curve);
  if (report.diagnoses.items.length > 0)
    begin(report.diagnoses.title).addText(listRuns({ ...report.diagnoses, title: '' }), body);
  begin(report.phrases.title).addText(
    report.phrases.pairs.flatMap(({ asked, said }) => [
      { text: asked, options: { bold: true, breakLine: true } },
      { text: said, options: { breakLine: true } },
    ]),
    body,
  );
  for (const table of report.tables) addTableSlides(begin, table);
  return (await slides.write({ outputType: 'nodebuffer' })) as Uint8Array;
}

const body = {
  ...{ x: page.left, y: page.top, w: page.inner, h: page.bottom - page.top },
  ...({ fontSize: 15, valign: 'top', color: colours.ink, paraSpaceAfter: 6 } as const),
};

function beginSlide(slides: Presentation, report: ReportDocument, title: string): Slide {
  const slide = slides.addSlide();
  slide.addText(title, { x: page.left, y: 0.3, w: page.inner, h: 0.6, fontSize: 24, bold: true, color: colours.ink });
  slide.addText(report.foot, { x: page.left, y: 7.05, w: 11, h: 0.3, fontSize: 9, color: colours.muted });
  slide.slideNumber = { x: 12.4, y: 7.05, fontSize: 9, color: colours.muted };
  return slide;
}

const listRuns = ({ title, items }: ReportList): library.default.TextProps[] => [
  ...(title ? [{ text: title, options: { bold: true, breakLine: true } }] : []),
  ...items.map((text) => ({ text, options: { bullet: true, breakLine: true } })),
];

function addScoreSlide(slides: Presentation, slide: Slide, { scores }: ReportDocument): void {
  // PowerPoint draws bars, and the series of each, from below.
  const bars = scores.bars.toReversed();
  const labels = bars.map(({ label }) => label);
  const series = (name: string, who: 'base' | 'adapter') => ({
    ...{ name, labels },
    values: bars.map((bar) => Math.round(bar[who].share * 1000) / 10),
  });
  slide.addChart(slides.ChartType.bar, [series(scores.adapter, 'adapter'), series(scores.base, 'base')], {
    ...{ x: page.left, y: page.top, w: page.inner, h: page.bottom - page.top },
    ...{ barDir: 'bar', barGapWidthPct: 60, chartColors: [colours.adapter, colours.base] },
    ...{ showLegend: true, legendPos: 't', showValue: true, dataLabelFormatCode: '0.0"%"', dataLabelFontSize: 11 },
    ...{ valAxisMinVal: 0, valAxisMaxVal: 100, valAxisLabelFormatCode: '0"%"' },
    ...{ catAxisLabelFontSize: 12, altText: scores.title },
  });
}

function addCurve(slides: Presentation, slide: Slide, { title, step, lines }: ReportDocument['curve']): void {
  // One axis for all lines: a step that a line says nothing about stays empty.
  const steps = [...new Set(lines.flatMap(({ points }) => points.map((point) => point.step)))].toSorted(
    (a, b) => a - b,
  );
  const data = lines.map(({ name, points }) => {
    const byStep = new Map(points.map((point) => [point.step, point.loss]));
    return { name, labels: steps.map(String), values: steps.map((each) => byStep.get(each) ?? null) as number[] };
  });
  slide.addChart(slides.ChartType.line, data, {
    ...{ x: page.left, y: page.top, w: page.inner, h: page.bottom - page.top },
    ...{ chartColors: [colours.base, colours.adapter], lineDataSymbol: 'none', lineSize: 2, displayBlanksAs: 'span' },
    ...{ showLegend: true, legendPos: 't', showCatAxisTitle: true, catAxisTitle: step, showValAxisTitle: true },
    ...{ valAxisTitle: title, valAxisMinVal: 0, altText: title },
  });
}

/** A long table continues on further slides, each with its heading. */
function addTableSlides(
  begin: (title: string) => Slide,
  { title, rows: [heading = [], ...rows], note, figures, source }: ReportTable,
): void {
  const fontSize = rows.some((row) => row.join('').length > 150) ? 10 : 12;
  const colW = columnWidths([heading, ...rows]);
  const parts = partsFitting(heading, rows, colW, fontSize);
  parts.forEach((part, at) => {
    const slide = begin(parts.length > 1 ? `${title} (${at + 1}/${parts.length})` : title);
    const align = (column: number) => (figures && column > 0 ? 'right' : 'left');
    const cells = (row: readonly string[], options: library.default.TableCellProps) =>
      row.map((text, column) => ({ text, options: { ...options, align: align(column) } as const }));
    if (part.length > 0)
      slide.addTable(
        [
          cells(heading, { bold: true, color: colours.muted, fill: { color: colours.soft } }),
          ...part.map((row) => cells(row, { color: colours.ink })),
        ],
        {
          ...{ x: page.left, y: page.top, w: page.inner, colW: [...colW], fontSize },
          ...{ border: { type: 'solid', color: colours.line, pt: 0.5 }, valign: 'top', autoPage: false },
        },
      );
    const notes = [note, source].filter(Boolean).join(' ');
    slide.addText(notes, {
      x: page.left,
      y: 6.4,
      w: page.inner,
      h: 0.6,
      fontSize: 10,
      color: colours.muted,
      valign: 'bottom',
    });
  });
}

/** How wide a text is, in sizes of its font. */
const widthOf = (text: string): number =>
  Array.from(text).reduce((sum, sign) => sum + (/[\u1100-\uffef]/.test(sign) ? wideWidth : latinWidth), 0);

/** In inches: a column with longer texts is wider, within bounds. */
function columnWidths(rows: readonly (readonly string[])[]): readonly number[] {
  const weights = (rows[0] ?? []).map((_, column) =>
    Math.min(34, Math.max(7, ...rows.map((row) => widthOf(row[column] ?? '')))),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (weight / sum) * page.inner);
}

/** The rows of each slide; one part without rows where there are none. */
function partsFitting(
  heading: readonly string[],
  rows: readonly (readonly string[])[],
  widths: readonly number[],
  fontSize: number,
): readonly (readonly (readonly string[])[])[] {
  const heightOf = (row: readonly string[]): number => {
    const lines = row.map((text, column) => Math.ceil((widthOf(text) * fontSize) / 72 / (widths[column]! - cellSides)));
    return (Math.max(1, ...lines) * fontSize * lineHeight) / 72 + cellEnds;
  };
  const parts: (readonly string[])[][] = [[]];
  let height = heightOf(heading);
  for (const row of rows) {
    const part = parts.at(-1)!;
    if (part.length > 0 && height + heightOf(row) > tableHeight) {
      parts.push([row]);
      height = heightOf(heading) + heightOf(row);
    } else {
      part.push(row);
      height += heightOf(row);
    }
  }
  return parts;
}
