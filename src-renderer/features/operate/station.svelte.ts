/** Where this window stands. Kept for the window, and for the next one that opens on this device. */

const key = 'usumaku.station';

function read(): string | null {
  try {
    return sessionStorage.getItem(key) ?? localStorage.getItem(key);
  } catch {
    return null;
  }
}

class StationChoice {
  #id = $state(read());

  /** null: nowhere in particular. */
  get id(): string | null {
    return this.#id === '' ? null : this.#id;
  }

  choose(id: string | null): void {
    this.#id = id;
    try {
      for (const storage of [sessionStorage, localStorage]) storage.setItem(key, id ?? '');
    } catch {
      // It is chosen for as long as the window is open.
    }
  }
}

export const station = new StationChoice();
