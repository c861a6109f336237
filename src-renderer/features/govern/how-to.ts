/** The instructions beside an export, taken apart for the screen: the little Markdown that they are written in. */

export type HowToBlock =
  { readonly kind: 'text'; readonly parts: readonly HowToPart[] } | { readonly kind: 'code'; readonly text: string };

export interface HowToPart {
  readonly kind: 'plain' | 'code' | 'strong';
  readonly text: string;
}

export interface HowToSection {
  readonly title: string;
  readonly blocks: readonly HowToBlock[];
}

/** `# title` begins the first section, each `## title` another; a paragraph is one line. */
export function howToSections(markdown: string): readonly HowToSection[] {
  const sections: { title: string; blocks: HowToBlock[] }[] = [];
  const add = (block: HowToBlock) => void sections.at(-1)?.blocks.push(block);
  let code: string[] | null = null;
  for (const line of markdown.split('\n')) {
    const title = code === null ? /^##? (.*)$/.exec(line)?.[1] : undefined;
    if (line.startsWith('```')) {
      if (code) add({ kind: 'code', text: code.join('\n') });
      code = code ? null : [];
    } else if (code) code.push(line);
    else if (title !== undefined) sections.push({ title, blocks: [] });
    else if (line !== '') add({ kind: 'text', parts: partsOf(line) });
  }
  return sections;
}

function partsOf(text: string): readonly HowToPart[] {
  return text
    .split(/(`[^`]+`|\*\*[^*]+\*\*)/)
    .filter((part) => part !== '')
    .map((part) => {
      if (/^`.+`$/.test(part)) return { kind: 'code', text: part.slice(1, -1) };
      return /^\*\*.+\*\*$/.test(part) ? { kind: 'strong', text: part.slice(2, -2) } : { kind: 'plain', text: part };
    });
}
