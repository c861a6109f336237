/**
 * What a hundred thousand examples cost: how long each request takes, and how long it holds the host's event loop up, in
 * processor time too, which says the same on a busy machine.
 */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { starterFolder } from './models.ts';
import { compose } from '../../src-main/compose.ts';
import { forkProcess } from '../../src-main/engine/fork-process.ts';
import { requestsOf } from '../../src-main/hosts/cli/requests.ts';

type Print = (what: string, value: number, unit: string, note?: string) => void;

/** Distinct facts with codes, three wordings each, as a plant's list of alarms would be. */
export function manyExamples(count: number): string {
  const lines = ['質問,回答,分類'];
  for (let index = 0; index < count; index += 1) {
    const fact = Math.floor(index / 3);
    const machine = `${(fact % 97) + 1}号プレス`;
    const code = `E-${fact}`;
    const wordings = [
      `${machine}で警報${code}が出ました。どうすればいいですか？`,
      `${code}（${machine}）の対処は？`,
      `${machine}の画面に${code}と表示された時の手順を教えてください。`,
    ];
    lines.push(
      `${wordings[index % 3]},供給圧を${(fact % 60) + 10} MPaに合わせ、弁${fact}を閉じて再起動します。,分類${fact % 12}`,
    );
  }
  return lines.join('\n');
}

/** Milliseconds that this thread has computed. */
function computed(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** How long at most nobody else was served: the longest time between two turns of a timer of two milliseconds. */
function watchLoop() {
  let last = { at: performance.now(), computed: computed() };
  let longest = { at: 0, computed: 0 };
  const look = () => {
    const now = { at: performance.now(), computed: computed() };
    longest = {
      at: Math.max(longest.at, now.at - last.at),
      computed: Math.max(longest.computed, now.computed - last.computed),
    };
    last = now;
  };
  const timer = setInterval(look, 2);
  return {
    reset() {
      look();
      longest = { at: 0, computed: 0 };
    },
    longest: () => longest,
    close: () => clearInterval(timer),
  };
}

/** Milliseconds that processes have computed, all their threads; Linux alone tells. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function computedBy(ids: readonly number[]): number {
  return ids.reduce((sum, id) => {
    try {
      const fields = readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]!.split(' ');
      // In hundredths of a second.
      return sum + 10 * (Number(fields[11]) + Number(fields[12]));
    } catch {
      return sum;
    }
  }, 0);
}

/** In a real app over the starter model, one request after the other. */
export async function measureExamples(count: number, print: Print): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), 'usumaku-bench-'));
  const log = { info: () => {}, error: (fields: object) => console.error(fields) };
  const app = compose({ dataDirectory: join(root, 'data'), log, startProcess: forkProcess });
  const request = requestsOf(app);
  const loop = watchLoop();

  async function take<Value>(what: string, work: () => Promise<Value>): Promise<Value> {
    await sleep(20);
    loop.reset();
    const [started, host, model] = [performance.now(), process.cpuUsage(), computedBy(app.engine.processIds())];
    const value = await work();
    const taken = performance.now() - started;
    const { user, system } = process.cpuUsage(host);
    const modelTook = computedBy(app.engine.processIds()) - model;
    // What held the loop up last is counted at the next turn.
    await sleep(5);
    const { at, computed: held } = loop.longest();
    const parts = [
      `computed ${((user + system) / 1000).toFixed(0)} ms, model processes ${modelTook.toFixed(0)} ms`,
      `host held up ${at.toFixed(0)} ms at most, computing ${held.toFixed(0)} ms`,
    ];
    print(`${count} examples: ${what}`, taken, 'ms', parts.join('; '));
    return value;
  }

  try {
    const starter = await request('models.add', { directory: starterFolder });
    await request('project.save', {
      ...{ site: '東工場', department: '保全', purpose: '', targetScore: 0.8, largestRegression: 0.02 },
      ...{ questionsPerDay: 0, minutesPerQuestion: 0, hourlyCost: 0, currency: 'JPY', modelId: starter.id },
    });
    const base64 = Buffer.from(manyExamples(count)).toString('base64');
    const { importId, mapping } = await take('import, preview', () =>
      request('import.preview', { kind: 'file', fileName: 'many.csv', base64 }),
    );
    await take('import, check', () => request('import.check', { importId, mapping }));
    await take('import, commit', () => request('import.commit', { importId, mapping, skipInvalid: true }));
    await take('status, first', () => request('app.status', {}));
    await take('list, first page', () => request('examples.list', { offset: 0, limit: 100 }));
    await take('list, last page', () => request('examples.list', { offset: count - 100, limit: 100 }));
    await take('search, many found', () => request('examples.list', { search: '警報', offset: 0, limit: 100 }));
    await take('search, one found', () => request('examples.list', { search: 'E-42（', offset: 0, limit: 100 }));
    await take('search, nothing found', () => request('examples.list', { search: 'ホイスト', offset: 0, limit: 100 }));
    await take('readiness, whole', () => request('datasets.readiness', {}));
    const { id } = await take('add one', () =>
      request('examples.add', { question: '新しい質問は？', answer: '新しい回答', category: '', split: 'auto' }),
    );
    await take('status after a change', () => request('app.status', {}));
    await take('readiness after a change', () => request('datasets.readiness', {}));
    await take('delete one', () => request('examples.delete', { ids: [id] }));
    await take('status after a delete', () => request('app.status', {}));
    await take('plan', () => request('training.plan', { preset: 'quick' }));
    await take('freeze', () => request('datasets.freeze', {}));
    await take('freeze, nothing new', () => request('datasets.freeze', {}));
    await take('ask, first', () => request('ask.ask', { question: 'E-42の対処は？' }));
    await take('ask, second', () => request('ask.ask', { question: 'E-43の対処は？' }));
  } finally {
    loop.close();
    await app.close();
    rmSync(root, { recursive: true, force: true });
  }
}
