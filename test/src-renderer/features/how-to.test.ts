/** The instructions beside an export, as the screen takes them apart: every word and every command survives. */

import { describe, expect, it } from 'vitest';
import { adapterHowTo } from '../../../native-models/adapters/how-to.ts';
import { loraConfig } from '../../../native-models/peft/config.ts';
import { howToSections } from '../../../src-renderer/features/govern/how-to.ts';

describe.each(['en', 'ja'] as const)('instructions (%s)', (language) => {
  const config = loraConfig({ r: 8, target_modules: ['q_proj'] });
  const markdown = adapterHowTo(config, { adapter: 'press shop', base: 'starter' }, language);
  const sections = howToSections(markdown);

  it('have a section for each program, the first being about the adapter itself', () => {
    expect(sections.map(({ title }) => title).slice(0, 6)).toEqual([
      'press shop',
      'PEFT',
      'Usumaku',
      'vLLM',
      'SGLang',
      'llama.cpp',
    ]);
    expect(sections.every(({ blocks }) => blocks.length > 0)).toBe(true);
  });

  it('keep commands whole, blank lines included', () => {
    const commands = sections
      .flatMap(({ blocks }) => blocks)
      .flatMap((each) => (each.kind === 'code' ? [each.text] : []));
    expect(commands.length).toBe(markdown.split('```').length >> 1);
    for (const command of commands) expect(markdown).toContain(`\n${command}\n\`\`\``);
    expect(commands[0]).toContain('\n\n');
  });

  it('lose no text', () => {
    const marks = /[`*#\s]/g;
    const shown = sections.map(({ title, blocks }) => [
      title,
      ...blocks.map((each) => (each.kind === 'code' ? each.text : each.parts.map(({ text }) => text).join(''))),
    ]);
    const plain = markdown.replace(/^```\w+$/gm, '');
    expect(shown.flat().join('').replace(marks, '')).toBe(plain.replace(marks, ''));
  });
});
