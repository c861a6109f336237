/**
 * An adapter that learnt the facts of the plant passes, with nothing to diagnose, and is rolled out; after it one trained on
 * reversed answers is, both really trained, by the real engine on the starter. The second halts alone, wherever people
 * grade; the first does not. Grades come from whoever knows the right answers: from what was collected.
 */

import { expect, test } from 'vitest';
import { asked, openDepartment, type Department, setOf, tell, trained } from '../../fixtures/taught.ts';

/** Each fact with the answer to the one at the other end: learnt well, and wrong everywhere. */
const reversed = trained.map((fact, at) =>
  fact.map((pair) => ({ ...pair, answer: trained[trained.length - 1 - at]![0]!.answer })),
);

/** What people know; they ask it in words that were not trained. */
const right = new Map(asked.map(({ question, answer }) => [question, answer]));
const isRight = (question: string, text: string) => text.includes(right.get(question)!);
const questions = [...right.keys()];

const teaching = { learningRate: 1e-3, epochs: 15 };
const because = 'a test';

const stateOf = async ({ ask }: Department) => (await ask('rollouts.current', {}))!;

/** Asks, and grades each pair blindly. @returns how many pairs were graded until it halted, or all */
async function gradeShadow(department: Department): Promise<number> {
  const { ask } = department;
  let graded = 0;
  for (const question of questions) {
    await ask('ask.ask', { question });
    for (const { id: pairId, left, right: other } of await ask('rollouts.pairs', {})) {
      const [isLeft, isOther] = [isRight(question, left), isRight(question, other)];
      await ask('rollouts.gradePair', { pairId, grade: isLeft === isOther ? 'same' : isLeft ? 'left' : 'right' });
      graded += 1;
    }
    if ((await stateOf(department)).state === 'halted') break;
  }
  return graded;
}

/** Asks at a station of the canary, and grades what is read there. @returns likewise */
async function gradeCanary(department: Department, stationId: string): Promise<number> {
  const { ask } = department;
  let graded = 0;
  for (const question of questions) {
    const { id, adapter } = await ask('ask.ask', { question, stationId });
    await ask('ask.grade', { answerId: id, grade: isRight(question, adapter!.text) ? 'right' : 'wrong' });
    graded += 1;
    if ((await stateOf(department)).state === 'halted') break;
  }
  return graded;
}

test('a candidate trained on reversed answers halts alone, in the shadow and in the canary; the one before it went through', async () => {
  const department = await openDepartment('halts alone');
  const { ask, teach, evaluate } = department;
  const good = await teach([...trained.flat(), ...asked], teaching);
  const proven = await evaluate(good.adapterId);
  tell('learnt', good, proven);
  expect(proven.judgement?.verdict).toBe('pass');
  expect(setOf(proven, 'phrasings').paired.verdict).toBe('better');
  expect(proven.diagnoses).toEqual([]);
  const { id: stationId } = await ask('stations.add', { name: 'Press 1' });
  await ask('rollouts.draft', { adapterId: good.adapterId, preset: 'usual', stations: [stationId] });
  await ask('rollouts.start', {});
  expect(await gradeShadow(department)).toBe(questions.length);
  await ask('rollouts.promote', { insistBecause: because });
  expect(await gradeCanary(department, stationId)).toBe(questions.length);
  await ask('rollouts.promote', { insistBecause: because });
  const { candidate: release } = await ask('rollouts.promote', { insistBecause: because });

  // A careless person starts whatever comes next, without an evaluation.
  const bad = await teach([...reversed.flat(), ...asked], teaching);
  await ask('rollouts.draft', { adapterId: bad.adapterId, preset: 'usual', stations: [stationId] });
  await ask('rollouts.start', { insistBecause: because });
  const pairs = await gradeShadow(department);
  const inShadow = await stateOf(department);
  expect(inShadow).toMatchObject({ state: 'halted', stage: 0, halt: { guard: 'bad', by: 'guards' } });

  // Then insists that the graders were wrong, and shows it to a station.
  await ask('rollouts.resume', { because });
  await ask('rollouts.promote', { insistBecause: because });
  const answers = await gradeCanary(department, stationId);
  const inCanary = await stateOf(department);
  expect(inCanary).toMatchObject({ state: 'halted', stage: 1, halt: { guard: 'bad', by: 'guards' } });
  console.info(`reversed answers: halted after ${pairs} graded pairs, and after ${answers} graded answers`);
  expect(pairs).toBeLessThan(questions.length);
  expect(answers).toBeLessThan(questions.length);

  // The next question has what was released before; each answer that caused the halt can be read, and is wrong.
  const [question] = questions;
  const after = await ask('ask.ask', { question: question!, stationId });
  expect(after.adapter?.stamp).toMatchObject({ release: release.number, adapter: release.adapterName });
  expect(isRight(question!, after.adapter!.text)).toBe(true);
  const causes = await ask('ask.answers', { answerIds: [...inCanary.halt!.causes] });
  expect(causes.map(({ grade }) => grade)).toEqual(causes.map(() => 'wrong'));
  for (const { question: cause, text } of causes) expect(isRight(cause, text)).toBe(false);
});
