/**
 * Texts that stop soon after their answer differs from every other answer. Which answer a question asks for is decided
 * there; what follows is known after a few steps, and would take most of the time of those to come.
 */

import { ignoredLabel, type Sequence } from './batch.ts';

/** Answer tokens that stay behind the last one with which another answer begins as well. */
const keptBeyond = 4;
/** Of every answer so many stay. */
const fewestKept = 8;
/** Fewer are not worth stopping for: short answers are learned sooner whole. */
const fewestLeftOut = 12;

/**
 * For each sequence, what takes it or one of its wordings as far as its answer is told from all others; where that leaves
 * out hardly anything, the wording itself.
 */
export function beginningsOf(sequences: readonly Sequence[]): readonly ((wording: Sequence) => Sequence)[] {
  const answers = sequences.map(({ labels }) => labels.filter((label) => label !== ignoredLabel));
  const shared = longestShared(answers);
  return answers.map((answer, place) => {
    const leftOut = answer.length - Math.max(fewestKept, shared[place]! + keptBeyond);
    if (leftOut < fewestLeftOut) return (wording) => wording;
    return (wording) => ({
      ...wording,
      ids: wording.ids.slice(0, -leftOut),
      labels: wording.labels.slice(0, -leftOut),
    });
  });
}

/** How many tokens each answer shares with the beginning of another one; equal answers are one. */
function longestShared(answers: readonly (readonly number[])[]): readonly number[] {
  const places = Map.groupBy(answers.keys(), (place) => answers[place]!.join());
  const distinct = [...places.values()].toSorted(([one = 0], [other = 0]) => compare(answers[one]!, answers[other]!));
  const shared = answers.map(() => 0);
  // In their order, whatever shares most with an answer stands beside it.
  distinct.slice(1).forEach((group, index) => {
    const before = distinct[index]!;
    const length = sharedLength(answers[before[0]!]!, answers[group[0]!]!);
    for (const place of [...before, ...group]) shared[place] = Math.max(shared[place]!, length);
  });
  return shared;
}

function compare(one: readonly number[], other: readonly number[]): number {
  const length = sharedLength(one, other);
  return (one[length] ?? -1) - (other[length] ?? -1);
}

function sharedLength(one: readonly number[], other: readonly number[]): number {
  const differs = one.findIndex((token, place) => token !== other[place]);
  return differs < 0 ? one.length : differs;
}
