/** The row of a station while somebody types in it: another window must not be overwritten unasked, nor overwrite it. */

import type { RequestInput, Station } from '../../../src-main/contract/index.ts';

/** What people edit of a station; `route` is a name, empty for the standard one. */
export interface StationRow {
  readonly name: string;
  readonly line: string;
  readonly route: string;
}

export class StationEdit {
  #typed = $state.raw<{ readonly id: string; readonly basedOn: string; readonly row: StationRow } | null>(null);

  /** What the row shows: what is typed, else what is stored. */
  shown({ id }: Station, stored: StationRow): StationRow {
    return this.#typed?.id === id ? this.#typed.row : stored;
  }

  /** The first change of a row remembers what it began with; a change of another row gives up what was not saved. */
  type({ id, updatedAt }: Station, stored: StationRow, changed: Partial<StationRow>): void {
    const { basedOn, row } = this.#typed?.id === id ? this.#typed : { basedOn: updatedAt, row: stored };
    this.#typed = { id, basedOn, row: { ...row, ...changed } };
  }

  /** What another window saved of the same station while somebody types here. */
  otherIn(stations: readonly Station[]): Station | null {
    const present = stations.find(({ id }) => id === this.#typed?.id);
    return present && present.updatedAt !== this.#typed?.basedOn ? present : null;
  }

  /** @param over the version that is replaced knowingly; left out: the one that the change began with */
  input(over?: Station): RequestInput<'stations.change'> | null {
    if (!this.#typed) return null;
    const { id: stationId, basedOn, row } = this.#typed;
    const route = row.route === '' ? undefined : row.route;
    return { stationId, name: row.name, line: row.line, route, basedOn: over?.updatedAt ?? basedOn };
  }

  /** Forgets what was typed: it is saved, or given up. */
  end(): void {
    this.#typed = null;
  }
}
