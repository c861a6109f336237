/** Where this window stands. Kept for the window, and for the next one that opens on this device. */

import { quietly } from '../../lib/quietly.ts';

const key = 'usumaku.station';

function read(): string | null {
  return quietly(() => sessionStorage.getItem(key) ?? localStorage.getItem(key));
}

class StationChoice {
  #id = $state(read());

  /** null: nowhere in particular. */
  get id(): string | null {
    return this.#id === '' ? null : this.#id;
  }

  choose(id: string | null): void {
    this.#id = id;
    quietly(() => {
      for (const storage of [sessionStorage, localStorage]) storage.setItem(key, id ?? '');
    });
  }
}

export const station = new StationChoice();
