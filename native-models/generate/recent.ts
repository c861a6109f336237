/** A few values by key, the ones used last: what is kept so that it need not be made again. */

export class Recent<Kept> {
  readonly #most: number;
  readonly #kept = new Map<string, Kept>();

  /** @param most values kept at once; the one used longest ago goes first */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept !== undefined) this.set(key, kept);
    return kept;
  }

  /** Gives what had to go for it. */
  set(key: string, kept: Kept): readonly Kept[] {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    const oldest = [...this.#kept].slice(0, -this.#most);
    for (const [old] of oldest) this.#kept.delete(old);
    return oldest.map(([, gone]) => gone);
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }
}
