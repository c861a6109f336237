/** Long work that happens one at a time on a machine, as people say it: by the code that refuses whoever wants to begin another. */

import type { Language } from './entities.ts';

const english = {
  'run-active': 'a training',
  'evaluation-active': 'an evaluation',
  'precisions-active': 'the measuring of precisions',
  'comparison-active': 'the measuring of costs',
  'adapter-task-active': 'work on an adapter',
} as const;

export type WorkCode = keyof typeof english;

const words: Readonly<Record<Language, Readonly<Record<WorkCode, string>>>> = {
  en: english,
  ja: {
    'run-active': '学習',
    'evaluation-active': '評価',
    'precisions-active': '精度の測定',
    'comparison-active': '費用の測定',
    'adapter-task-active': 'アダプターの処理',
  },
};

export const isWorkCode = (code: string): code is WorkCode => Object.hasOwn(english, code);

export const workInWords = (code: WorkCode, language: Language): string => words[language][code];
