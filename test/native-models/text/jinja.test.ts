/** What templates write, beside what Jinja 3.1 with Python 3.11 wrote for the same chat; the rest is refused by name. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../../../native-models/text/jinja.ts';
import { allowed } from '../../../native-models/text/python-interpreter.ts';

const messages = [
  { role: 'user', content: 'one' },
  { role: 'assistant', content: 'two' },
  { role: 'assistant', content: 'three' },
];
const today = new Date(2024, 3, 1, 15, 4, 5);
const render = (source: string): string => compileTemplate(source, today)({ messages, enable_thinking: false });

test.each([
  [
    `{% for m in messages %}{% if m.role == 'user' %}{% set x = '[why]' %}{% endif %}{{ x }}{{ m.content }};{% endfor %}`,
    '[why]one;two;three;',
  ],
  ['{% set x = 1 %}{% for m in messages %}{% set x = 2 %}{% endfor %}{{ x }}', '1'],
  ['{% set n = namespace(n=0) %}{% for m in messages %}{% set n.n = n.n + loop.index %}{% endfor %}{{ n.n }}', '6'],
  [
    `{{ 'xxaxx'.strip('x') }}|{{ '\n a\n'.lstrip('\n') }}|{{ ' a '.rstrip() }}|{{ '\ufeffa\x1c' | trim }}`,
    'a| a\n| a|\ufeffa',
  ],
  [`{{ 1 == '1' }} {{ true == 1 }} {{ none == nothing }} {{ none }} {{ 'a' != 'b' }}`, 'False True False None True'],
  [`{{ messages | length }} {{ true | string }} {{ false ~ '!' }}`, '3 True False!'],
  [`{{ 'a\x1cb\ufeffc  d '.split() | join('|') }}`, 'a|b\ufeffc|d'],
  [`{{ ([1] + [2]) | length }}|{{ 'a' + 'b' }}|{{ 1 + 2 }}|{{ 'a' in ['a', none] }}`, '2|ab|3|True'],
  [`{{ -7 % 3 }} {{ 7 % -3 }} {{ 7 % 3 }}`, '2 -2 1'],
  [`{{ 'a😀b'[1] }}{{ '😀b'[-1] }}{{ '😀'[1] is defined }}{{ messages[7] is defined }}`, '😀bFalseFalse'],
  [`{{ enable_thinking is defined and enable_thinking is false }}`, 'True'],
  [`{% macro f(a) %}<{{ a }}>{% endmacro %}{{ f('x') }}{% set y %}block{% endset %}{{ y }}`, '<x>block'],
  [`{{ strftime_now('%-d %e %j %F %I %p %A %B %%') }}`, '1  1 092 2024-04-01 03 PM Monday April %'],
])('%s', (source, expected) => {
  expect(render(source)).toBe(expected);
});

test.each([
  ['{{ messages[0] }}', 'it prints a dictionary, which is not supported'],
  ['{{ [1] == [1] }}', 'it compares a list by ==, which is not supported'],
  ['{{ messages[0].content | title }}', 'it uses the filter title, which is not supported'],
  ['{{ messages[0].content.zfill(9) }}', 'it uses the method zfill, which is not supported'],
  ['{{ messages[0].content is lower }}', 'it uses the test lower, which is not supported'],
  ['{{ messages[0].nothing.deeper }}', 'it reads a part of something that is not there'],
  ['{{ messages[7].role is defined }}', 'it reads a part of something that is not there'],
  ['{{ messages[7] | tojson }}', 'it writes something that is not there as JSON'],
  ['{{ {"a": [1.0]} | tojson }}', 'it writes a fraction as JSON, which is not supported'],
  [`{{ messages | join('|', attribute='role') }}`, 'it uses join with attribute, which is not supported'],
  [`{{ ['a'] | join(d='-') }}`, 'it uses join with d, which is not supported'],
  [`{{ ['a', 'b'] | join('x', 'role') }}`, 'it gives join more than 1 arguments, which is not supported'],
  [`{{ [1, none] | join(',') }}`, 'it joins none, which is not supported'],
  [`{{ messages | join(',') }}`, 'it joins a dictionary, which is not supported'],
  [`{{ 'abc'.startswith('b', 1) }}`, 'it gives startswith more than 1 arguments, which is not supported'],
  [`{{ 'abc'.endswith('b', 0, 2) }}`, 'it gives endswith more than 1 arguments, which is not supported'],
  [`{{ nothing | default(default_value='q') }}`, 'it uses default with default_value, which is not supported'],
  [
    `{{ messages | selectattr('tools', 'undefined') | list | length }}`,
    'it uses selectattr with undefined, which is not supported',
  ],
  [
    `{{ messages | rejectattr('tools', 'undefined') | list | length }}`,
    'it uses rejectattr with undefined, which is not supported',
  ],
  [`{{ 'a' + 1 }}`, 'it adds a number to a text'],
  [`{{ [1] + 'a' }}`, 'it adds a text to a list'],
  [`{{ true in [1] }}`, 'it looks for true or false in a list, which is not supported'],
  [`{{ 9007199254740993 }}`, 'it holds a number of more than 15 digits, which is not supported'],
  [`{{ strftime_now('%c') }}`, 'strftime_now writes %c, which is not supported'],
  ['{% for m in messages %}a{% break %}{% endfor %}', 'it uses break, which is not supported'],
  [
    `{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('alternate') }}{% endif %}{% endfor %}`,
    'alternate',
  ],
])('%s is refused by name', (source, reason) => {
  expect(() => render(source)).toThrowError(
    expect.objectContaining({ code: 'template-failed', values: { reason } }) as Error,
  );
});

describe('everything that is allowed', () => {
  const recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'jinja-recorded.json'), 'utf8')) as {
    readonly template: string;
    readonly text: string;
  }[];
  const values = { s: 'a', S: 'A', i: 2, o: 3, t: true, f: false, n: null, l: [1], d: { a: 1 }, e: '' };
  const chat = [
    { role: 'user', content: 'one' },
    { role: 'assistant', content: 'two' },
  ];

  test.each(recorded)('$template', ({ template, text }) => {
    expect(compileTemplate(template, today)({ ...values, messages: chat })).toBe(text);
  });

  test('is recorded', () => {
    const all = recorded.map(({ template }) => template).join('\n');
    for (const name of allowed.filters) expect(all).toMatch(new RegExp(`\\| ${name}\\b`));
    for (const name of allowed.tests) expect(all).toMatch(new RegExp(` is ${name}\\b`));
    for (const name of allowed.methods) expect(all).toContain(`.${name}(`);
  });
});

test('a value set in one round of a loop is not there in the next', () => {
  const folder = join(import.meta.dirname, '../../cases/templates');
  const source = readFileSync(join(folder, 'set-in-a-loop.jinja'), 'utf8');
  const chat = JSON.parse(readFileSync(join(folder, 'set-in-a-loop.messages.json'), 'utf8')) as object[];
  const text = compileTemplate(source, today)({ messages: chat, add_generation_prompt: false });
  const turn = (role: string, content: string) => `<|im_start|>${role}\n${content}<|im_end|>\n`;
  const said = [turn('user', 'a'), turn('assistant', '[why]one'), turn('user', 'b'), turn('assistant', 'two')];
  expect(text).toBe(said.join(''));
});

test('a refusal that is a sentence ends with one full stop', () => {
  expect(() => render(`{{ raise_exception('There is no system role.') }}`)).toThrow(
    /failed: There is no system role\.$/,
  );
});
