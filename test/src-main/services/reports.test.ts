/** Reports of a stored evaluation: the same figures in every form, traceable, in both languages, and safe to open. */

import { describe, expect, test } from 'vitest';
import { unzip } from '../../../src-main/importers/zip.ts';
import { answerScores } from '../../fixtures/answer-scores.ts';
import { writtenAdapter } from '../../fixtures/fake-engine.ts';
import { type Office, openSampleOffice } from '../../fixtures/office.ts';
import { askedIds, openTrained, settle } from '../../fixtures/trained-office.ts';

/** @param misses other phrasings that the adapter answers wrongly, with a text that wants to be a formula and markup. */
async function openEvaluated(misses: number, unsafeAnswers = 0) {
  const office = await openSampleOffice();
  const { ask, engine } = office;
  await ask('training.start', { preset: 'quick' });
  const job = engine.job('train');
  for (const step of [1, 2, 3]) {
    job.emit({
      ...{ kind: 'step', step, steps: 3, epoch: 1, loss: 3 / step, gradNorm: 1, learningRate: 1e-3 },
      ...{ tokensPerSecond: 1, residentBytes: 1, secondsLeft: 1 },
    });
  }
  job.finish(writtenAdapter(job.input, 3));
  await settle();
  const [adapter] = await ask('adapters.list', {});
  const { id: evaluationId } = await ask('evaluations.start', { adapterId: adapter!.id });
  const evaluate = engine.job('evaluate');
  const ids = await askedIds(office);
  let asked = 0;
  let askedForSafety = 0;
  evaluate.finish({
    items: ids.map((id) => {
      const ofSafety = id.startsWith('safety-');
      const safe = !ofSafety || (askedForSafety += 1) > unsafeAnswers;
      const right = id.startsWith('phrasings-') ? (asked += 1) > misses : safe;
      const phrases = ofSafety ? { found: 'x', forbiddenFound: [], passed: safe } : null;
      const adapterScores = answerScores(right, { phrases });
      const answer = right ? 'right' : '=HYPERLINK("http://x","<script>alert(1)</script>")';
      const unsafe = phrases && { ...phrases, passed: false };
      const baseScores = answerScores(!id.startsWith('phrasings-'), { phrases: unsafe });
      return { id, base: 'base', adapter: answer, baseScores, adapterScores };
    }),
    ...{ seconds: 3, deviceFallback: null, peakBytes: 5 },
  });
  await settle();
  return { office, evaluationId, adapter: adapter! };
}

const made = async ({ ask }: Office, evaluationId: string, form: 'html' | 'pptx' | 'csv', language: 'ja' | 'en') =>
  Buffer.from((await ask('reports.make', { evaluationId, language, form })).base64, 'base64');

describe('report', () => {
  test.each([
    ['ja', ['不合格', '3つの要点', 'リスク', '次の一歩', '会議のための言葉', '良い答え5件', '仮定', '数字の出どころ']],
    ['en', ['Fail', 'Three points', 'Risks', 'Next step', 'For the meeting', 'Five worst answers', 'What is assumed']],
  ] as const)('the page in %s says all it must, with its sources', async (language, words) => {
    const { office, evaluationId, adapter } = await openEvaluated(6);
    const html = (await made(office, evaluationId, 'html', language)).toString();
    for (const word of words) expect(html).toContain(word);
    const { sets } = await office.ask('evaluations.get', { evaluationId });
    for (const trace of [evaluationId, adapter.sha256, adapter.datasetHash!, ...sets.map(({ hash }) => hash)])
      expect(html).toContain(trace);
    // Every place was filled.
    expect(html.replace(/？/g, '')).not.toMatch(/\{\w+\}|\s\?\s/);
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/(src|href)=/);
    expect(html).toContain("default-src 'none'");
    // The loss curve and the scores are drawn.
    expect(html.match(/<svg /g)).toHaveLength(2);
  });

  test('no safety answer is shown among the good ones, whatever phrase it holds', async () => {
    const { office, evaluationId } = await openEvaluated(5);
    const html = (await made(office, evaluationId, 'html', 'en')).toString();
    const { items } = await office.ask('evaluations.get', { evaluationId });
    const good = html.slice(html.indexOf('Five good answers'), html.indexOf('Five worst answers'));
    expect(good).toContain('<td>right</td>');
    for (const { question } of items.filter(({ set }) => set === 'safety')) expect(good).not.toContain(question);
  });

  test('how many unsafe answers somebody took on is said with their number', async () => {
    const { office, evaluationId } = await openEvaluated(5, 2);
    const { items } = await office.ask('evaluations.get', { evaluationId });
    const safety = items.filter(({ set }) => set === 'safety');
    const unsafe = safety.filter(({ adapterRight }) => !adapterRight);
    expect(unsafe).toHaveLength(2);
    const { exampleId } = unsafe[0]!;
    const answers = [{ set: 'safety' as const, exampleId }];
    await office.ask('evaluations.accept', { evaluationId, answers, reason: 'Nobody is served.' });
    const html = (await made(office, evaluationId, 'html', 'en')).toString();
    expect(html).toContain(`2 of ${safety.length} safety answers are not safe; 1 of them were taken on by name.`);
  });

  test('slides hold tables and charts that PowerPoint can edit', async () => {
    const { office, evaluationId } = await openEvaluated(6);
    const files = unzip(
      await made(office, evaluationId, 'pptx', 'ja'),
      (name) => name.endsWith('.xml') || name.endsWith('.xlsx'),
    );
    const names = [...files.keys()];
    expect(names.filter((name) => /^ppt\/charts\/chart\d+\.xml$/.test(name))).toHaveLength(2);
    // Each chart carries its workbook.
    expect(names.filter((name) => name.endsWith('.xlsx'))).toHaveLength(2);
    const slides = names
      .filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name))
      .map((name) => files.get(name)!.toString());
    expect(slides.filter((slide) => slide.includes('<a:tbl>')).length).toBeGreaterThan(5);
    expect(slides.every((slide) => slide.includes(evaluationId))).toBe(true);
    expect(slides.join('')).toContain('不合格');
  });

  test('all answers as CSV that Excel reads and never computes', async () => {
    const { office, evaluationId } = await openEvaluated(6);
    const csv = (await made(office, evaluationId, 'csv', 'ja')).toString('utf8');
    const { items } = await office.ask('evaluations.get', { evaluationId });
    expect(csv.startsWith('\ufeffevaluation,set,')).toBe(true);
    const lines = csv.trimEnd().split('\r\n');
    const [heading = [], last = []] = [lines[0], lines.at(-1)].map((line) => line?.split(',') ?? []);
    const cell = (name: string) => last[heading.indexOf(name)];
    expect(['set', 'base_log_likelihood', 'right_answer_tokens'].map(cell)).toEqual(['safety', '-0.5', '4']);
    expect(csv.split('\r\n')).toHaveLength(items.length + 2);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"",""<script>alert(1)</script>"")"`);
  });

  test('the log keeps what was made; a host without a printer says what to do instead', async () => {
    const { office, evaluationId } = await openEvaluated(6);
    const { sha256 } = await office.ask('reports.make', { evaluationId, language: 'en', form: 'html' });
    expect(office.store.log.newest(1)[0]).toMatchObject({
      kind: 'report.made',
      values: { evaluation: evaluationId, form: 'html', language: 'en', sha256 },
    });
    const pdf = office.ask('reports.make', { evaluationId, language: 'en', form: 'pdf' });
    await expect(pdf).rejects.toMatchObject({ code: 'printer-missing' });
  });

  test('says what the criteria of today say, whenever it is made', async () => {
    const { office, evaluationId } = await openEvaluated(6);
    const { updatedAt: _, ...project } = (await office.ask('app.status', {})).project!;
    await office.ask('project.save', { ...project, targetScore: 0 });
    const html = (await made(office, evaluationId, 'html', 'en')).toString();
    expect(html).toContain('It meets today’s criteria');
    await office.ask('project.save', { ...project, targetScore: 0.99 });
    expect((await made(office, evaluationId, 'html', 'en')).toString()).toContain('It does not meet today’s criteria');
  });
});

test('nothing is reported of what is not finished', async () => {
  const { office, adapter } = await openTrained();
  const { ask } = office;
  const { id: evaluationId } = await ask('evaluations.start', { adapterId: adapter.id });
  const report = ask('reports.make', { evaluationId, language: 'ja', form: 'html' });
  await expect(report).rejects.toMatchObject({ code: 'evaluation-unfinished' });
});
