/** Few named values of this installation, such as the operator's name. */

import type { Database } from 'better-sqlite3';
import * as v from 'valibot';
import { devicePreference } from '../contract/areas/devices.ts';
import { keptWorkShifts } from '../contract/areas/routes.ts';
import { keptServingSettings } from '../contract/areas/serving.ts';
import { eachSetting, projectSettings } from '../contract/rules/project-settings.ts';
import { amount, share } from '../contract/fields.ts';
import { damaged } from './seals.ts';

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

const json = <Form extends v.GenericSchema>(form: Form) =>
  v.pipe(
    v.string(),
    v.parseJson(),
    v.check((read) => !Array.isArray(read)),
    form,
  );

/** Of the settings that are more than a text. Other names are those of another version, and nobody asks for them. */
const forms: Readonly<Record<string, v.GenericSchema>> = {
  device: devicePreference,
  serving: json(keptServingSettings),
  workShifts: json(keptWorkShifts),
};
/** In characters: more than any of them takes, and little enough to go into every message. */
const longest = 100_000;

const formOfProject = json(v.partial(v.object(eachSetting((name) => ({ share, amount })[projectSettings[name].kind]))));

/**
 * Looks at what is kept as JSON or as one of several words before anybody goes by it: whoever wrote it may have been a hand.
 * @throws OfficeError database-damaged, with the name of the setting
 */
export function checkSettings(database: Database): void {
  const rows = database.prepare<[], { name: string; value: string }>('SELECT name, value FROM settings').iterate();
  for (const { name, value } of rows) {
    const form = Object.hasOwn(forms, name) ? forms[name]! : v.string();
    if (value.length > longest || !v.is(form, value)) throw damaged(database, 'settings', name.slice(0, 100));
  }
  const ofProject = database.prepare<[], string>('SELECT settings FROM project').pluck().get();
  if (ofProject !== undefined && !v.is(formOfProject, ofProject)) throw damaged(database, 'project', 'settings');
}
