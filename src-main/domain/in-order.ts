/** Items kept in an order, so that one comes or goes with a few looks at the others, however many there are. */

/** Of one part; a part twice as long is split. */
const partLength = 512;

export class InOrder<Item> {
  readonly #compare: (one: Item, other: Item) => number;
  /** None is empty; everything of one comes before everything of the next. */
  readonly #parts: Item[][] = [];
  #size = 0;

  /** @param compare no two items that are kept are equal by it */
  constructor(compare: (one: Item, other: Item) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  add(item: Item): void {
    this.#size += 1;
    const { at, part, place } = this.#placeOf(item);
    if (!part) return void this.#parts.push([item]);
    part.splice(place, 0, item);
    if (part.length >= 2 * partLength) this.#parts.splice(at + 1, 0, part.splice(partLength));
  }

  /** Of one that is kept and has not changed in what it is ordered by. */
  remove(item: Item): void {
    const { at, part, place } = this.#placeOf(item);
    if (part?.[place] !== item) return;
    this.#size -= 1;
    if (part.length === 1) this.#parts.splice(at, 1);
    else part.splice(place, 1);
  }

  *[Symbol.iterator](): Generator<Item> {
    for (const part of this.#parts) yield* part;
  }

  /** Where it is, or would be: the last part where it comes after all others. */
  #placeOf(item: Item): { at: number; part: Item[] | undefined; place: number } {
    const parts = this.#parts;
    const found = firstWhere(parts.length, (at) => this.#compare(parts[at]!.at(-1)!, item) >= 0);
    const at = Math.min(found, Math.max(0, parts.length - 1));
    const part = parts[at];
    return { at, part, place: part ? firstWhere(part.length, (place) => this.#compare(part[place]!, item) >= 0) : 0 };
  }
}

/** The first of so many places from which on something holds; their number where it holds nowhere. */
function firstWhere(length: number, holds: (place: number) => boolean): number {
  let [from, to] = [0, length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return from;
}
