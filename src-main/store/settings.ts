/** Few named values of this installation, such as the operator's name. */

import type { Database } from 'better-sqlite3';

export interface SettingsStore {
  get(name: string): string | null;
  set(name: string, value: string): void;
}

export function createSettingsStore(database: Database): SettingsStore {
  const select = database.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?');
  const upsert = database.prepare<[string, string]>(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  );
  return {
    get: (name) => select.get(name)?.value ?? null,
    set: (name, value) => void upsert.run(name, value),
  };
}
