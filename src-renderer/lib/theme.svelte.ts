/** Light, dark, or what the system says. */

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const storageKey = 'usumaku.theme';

class ThemeChoice {
  theme = $state<Theme>(themes.find((theme) => theme === globalThis.localStorage?.getItem(storageKey)) ?? 'system');

  choose(theme: Theme): void {
    this.theme = theme;
    localStorage.setItem(storageKey, theme);
    this.apply();
  }

  apply(): void {
    document.documentElement.dataset.theme = this.theme;
  }
}

export const themeChoice = new ThemeChoice();
