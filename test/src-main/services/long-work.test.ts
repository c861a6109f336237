/** Long work: one at a time, bearable news, a cancel that always reaches, free before anybody hears, signed by who began. */

import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, test, vi } from 'vitest';
import { OfficeError } from '../../../src-main/contract/errors.ts';
import { type Ending, Lane, Track, type Work, type WorkHooks } from '../../../src-main/services/long-work.ts';

/** A job that the test ends by hand; its cancel ends it as the engine does. */
function job() {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const cancel = vi.fn(() => reject(new OfficeError('cancelled')));
  return { result: promise, resolve, reject, cancel, pause: vi.fn(), resume: vi.fn() };
}

function lane() {
  const clock = { milliseconds: 1_000 };
  const made = new Lane(
    () => new Date(clock.milliseconds),
    new Track(),
    () => 'Press shop',
  );
  const heard: unknown[] = [];
  const endings: Ending[] = [];
  /** Work that follows jobs one after the other. */
  function begin(jobs: readonly ReturnType<typeof job>[], part: Partial<Work<string>> = {}) {
    let hooks: WorkHooks | null = null;
    const work = made.begin<string>({
      busy: () => new OfficeError('evaluation-active'),
      async run(given) {
        hooks = given;
        let last = '';
        for (const each of jobs) last = await given.follow(each);
        return last;
      },
      completed: (result) => void heard.push(result),
      failed: (ending) => void endings.push(ending),
      ended: () => void heard.push('ended'),
      ...part,
    });
    return { work, hooks: hooks! };
  }
  return { lane: made, clock, heard, endings, begin };
}

describe('lane', () => {
  test('takes one at a time and says what is busy', async () => {
    const { lane: made, begin, heard } = lane();
    const first = job();
    const { work } = begin([first]);
    expect(work.running).toBe(true);
    expect(() => begin([job()])).toThrow(expect.objectContaining({ code: 'evaluation-active' }));
    first.resolve('done');
    await made.settled();
    expect([work.running, heard]).toEqual([false, ['done', 'ended']]);
    expect(() => made.requireIdle()).not.toThrow();
  });

  test('is free before anybody hears of the end, so that whoever hears may begin the next', async () => {
    const { lane: made, begin, heard } = lane();
    const [first, second] = [job(), job()];
    begin([first], { completed: () => void begin([second]) });
    first.resolve('first');
    await vi.waitFor(() => expect(heard).toEqual(['ended']));
    expect(() => made.requireIdle()).toThrow();
    second.resolve('second');
    await made.settled();
    expect(heard).toEqual(['ended', 'second', 'ended']);
  });

  test('pause, resume and cancel reach the job of now; a cancel between two ends the next at once', async () => {
    const { begin, endings } = lane();
    const [first, second] = [job(), job()];
    const { work } = begin([first, second]);
    work.pause();
    work.resume();
    expect([first.pause.mock.calls.length, first.resume.mock.calls.length]).toEqual([1, 1]);
    first.cancel.mockImplementation(() => first.resolve('came first'));
    await work.cancel();
    expect(second.cancel).toHaveBeenCalledOnce();
    expect(endings).toMatchObject([{ cancelled: true, cutOff: false, report: { code: 'cancelled' } }]);
  });

  test('what ends while the host goes was cut off, not cancelled', async () => {
    const { lane: made, begin, endings } = lane();
    const only = job();
    begin([only]);
    made.closing();
    only.cancel();
    await made.settled();
    expect(endings).toMatchObject([{ cancelled: false, cutOff: true }]);
  });

  test('an end that cannot be kept becomes a failure, one that cannot be told frees the lane all the same', async () => {
    const { lane: made, begin, endings, heard } = lane();
    const full = () => {
      throw new OfficeError('disk-full', { path: '/data' });
    };
    const [first, second] = [job(), job()];
    begin([first], { completed: full });
    first.resolve('done');
    await made.settled();
    expect(endings).toMatchObject([{ report: { code: 'disk-full' } }]);
    begin([second], { completed: full, failed: full });
    second.resolve('done');
    await made.settled();
    expect(heard).toEqual(['ended', 'ended']);
    made.requireIdle();
  });

  test('work that throws at once fails like any other', async () => {
    const { lane: made, begin, endings } = lane();
    begin([], {
      run: () => {
        throw new OfficeError('engine-unavailable', { reason: 'test' });
      },
    });
    await made.settled();
    expect(endings).toMatchObject([{ report: { code: 'engine-unavailable' } }]);
  });

  test('announces at most four times a second', () => {
    const { begin, clock } = lane();
    const announce = vi.fn();
    const { hooks } = begin([job()], { announce });
    for (let step = 0; step < 10; step += 1) {
      hooks.progressed();
      clock.milliseconds += 50;
    }
    expect(announce).toHaveBeenCalledTimes(2);
  });

  test('what a job reports from elsewhere is heard in the name of whoever began', async () => {
    const { begin } = lane();
    const names = new AsyncLocalStorage<string>();
    const heard: (string | undefined)[] = [];
    let report = (_: number) => {};
    names.run('佐藤', () =>
      begin([job()], {
        run: ({ hearing }) => {
          report = hearing(() => void heard.push(names.getStore()));
          return Promise.resolve('');
        },
      }),
    );
    names.run('another', () => report(1));
    expect(heard).toEqual(['佐藤']);
  });
});
