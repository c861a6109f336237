/**
 * What a project may be told beside what has fields of its own. A setting is a line here and its words, `field.NAME` and
 * `fieldHint.NAME`, in each language: the contract's schema, the database, the form, the log and the sample follow.
 */

interface ProjectSetting {
  /** What counts where nobody has said anything, also in projects that are older than the setting. */
  readonly usual: number;
  /** `share`: 0 to 1, on screen in percent; `amount`: 0 or more. */
  readonly kind: 'share' | 'amount';
}

export const projectSettings = {
  /** Largest share of questions about facts it was never taught that may be answered with something made up. */
  largestInvention: { usual: 0.1, kind: 'share' },
} as const satisfies Readonly<Record<string, ProjectSetting>>;

export type ProjectSettingName = keyof typeof projectSettings;
export type ProjectSettings = { readonly [Name in ProjectSettingName]: number };

export const projectSettingNames = Object.keys(projectSettings) as readonly ProjectSettingName[];

/** A value for each setting. */
export const eachSetting = <Value>(valueOf: (name: ProjectSettingName) => Value) =>
  Object.fromEntries(projectSettingNames.map((name) => [name, valueOf(name)])) as Record<ProjectSettingName, Value>;

export const usualSettings: ProjectSettings = eachSetting((name) => projectSettings[name].usual);
