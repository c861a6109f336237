/** The report of an evaluation, in every form that people carry into a meeting. */

export { composeDocument } from './compose-document.ts';
export { answersCsv } from './csv.ts';
export type { ReportFacts } from './facts.ts';
export { reportHtml } from './html.ts';
export { reportSlides } from './slides.ts';
