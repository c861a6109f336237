/** Values by key, the ones used last: what is kept so that it need not be made again. */

export class Recent<Kept> {
  readonly #most: () => number;
  readonly #sizeOf: (kept: Kept) => number;
  readonly #kept = new Map<string, Kept>();

  /**
   * @param most that is kept at once, by size; what was used longest ago goes first, and one value stays whatever its size
   * @param sizeOf a value; left out, values are counted
   */
  constructor(most: number | (() => number), sizeOf: (kept: Kept) => number = () => 1) {
    this.#most = typeof most === 'number' ? () => most : most;
    this.#sizeOf = sizeOf;
  }

  get size(): number {
    let size = 0;
    for (const kept of this.#kept.values()) size += this.#sizeOf(kept);
    return size;
  }

  get(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  /** Gives what had to go for it. */
  set(key: string, kept: Kept): readonly Kept[] {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const gone: Kept[] = [];
    let { size } = this;
    const most = this.#most();
    for (const [old, value] of this.#kept) {
      if (size <= most || old === key) break;
      this.#kept.delete(old);
      gone.push(value);
      size -= this.#sizeOf(value);
    }
    return gone;
  }

  /** Gives all that was kept. */
  clear(): readonly Kept[] {
    const gone = [...this.#kept.values()];
    this.#kept.clear();
    return gone;
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }
}
