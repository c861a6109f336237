/** Whatever a person fills in has a name in both languages, so that a refusal names it as the screen does. */

import type { GenericSchema } from 'valibot';
import { describe, expect, it } from 'vitest';
import { requests } from '../../src-main/contract/requests.ts';
import { translator } from '../../src-renderer/lib/i18n.svelte.ts';

/** What the window fills in by itself: which row, which page, what was read before, the bytes of a file. */
const filledByTheWindow = [
  ...[
    'id',
    'ids',
    'projectId',
    'modelId',
    'adapterId',
    'initialAdapterId',
    'evaluationId',
    'runId',
    'checkId',
    'importId',
  ],
  ...['releaseId', 'stationId', 'answerId', 'pairId', 'exampleId', 'set', 'answerIds', 'left', 'who'],
  ...['offset', 'limit', 'fromModel', 'basedOn', 'language', 'form', 'title'],
  ...['fileName', 'base64', 'skipInvalid', 'acceptBase'],
];

type Part = GenericSchema & {
  readonly entries?: Readonly<Record<string, Part>>;
  readonly wrapped?: Part;
  readonly options?: readonly Part[] | readonly string[];
  readonly item?: Part;
};

/** The paths of all fields, those of objects within objects too. */
function pathsOf(schema: Part, path: string): readonly string[] {
  const { type, entries, wrapped, options, item } = schema;
  if (entries) {
    const inner = Object.entries(entries).flatMap(([name, part]) => pathsOf(part, path ? `${path}.${name}` : name));
    return path ? [path, ...inner] : inner;
  }
  if (type === 'variant') return (options as readonly Part[]).flatMap((part) => pathsOf(part, path));
  const within = wrapped ?? item;
  return within ? pathsOf(within, path) : [path];
}

/** Objects are named by what holds them, not by a person. */
const containers = [
  ...['example', 'assumptions', 'settings', 'memory', 'mapping', 'untilKnown', 'calendar', 'stages'],
  ...['guards', 'limits', 'starts'],
];

const filled = new Set(
  Object.values(requests)
    .flatMap(({ input }) => pathsOf(input as Part, ''))
    .filter((path) => {
      const name = path.split('.').at(-1)!;
      return !filledByTheWindow.includes(name) && !containers.includes(name);
    }),
);

describe.each(['en', 'ja'] as const)('fields in %s', (language) => {
  it('are many', () => expect(filled.size).toBeGreaterThan(50));

  it.each([...filled])('%s has a name', (path) => {
    translator.language = language;
    expect(translator.field(path)).not.toBe(path);
  });

  it('are named in a refusal, with what is wrong in words', () => {
    translator.language = language;
    const said = (field: string, fault: string, bound: string | number = '') =>
      translator.error({ code: 'request-invalid', values: { field, fault, bound } });
    const [long, share, guard] = [
      said('example.question', 'too-long', 20_000),
      said('targetScore', 'too-large', 1),
      said('guards.limits.empty.tolerated', 'too-large', 0.9),
    ];
    expect([long, share, guard]).toEqual(
      language === 'ja'
        ? [
            '「質問」が20000文字を超えています。直してからもう一度お試しください。',
            '「正しい答え（以上）」が1より大きい値です。直してからもう一度お試しください。',
            '「空の回答：許せる割合（%）」が0.9より大きい値です。直してからもう一度お試しください。',
          ]
        : [
            '“Question” is longer than 20000 characters. Correct it and try again.',
            '“Right answers, at least” is more than 1. Correct it and try again.',
            '“Empty answers: Tolerated (%)” is more than 0.9. Correct it and try again.',
          ],
    );
  });

  it('and settings say in words what they must be', () => {
    translator.language = language;
    const values = {
      setting: 'target_modules',
      value: 'w_proj',
      expected: 'among q_proj, k_proj',
      rule: 'among',
      bound: 'q_proj, k_proj',
    };
    expect(translator.error({ code: 'setting-invalid', values })).toBe(
      language === 'ja'
        ? '設定「調整する層（ターゲット）」が w_proj です。次のいずれか（q_proj, k_proj）にしてください。'
        : 'The setting “Layers to adapt (target modules)” is w_proj; it must be among q_proj, k_proj.',
    );
  });
});
