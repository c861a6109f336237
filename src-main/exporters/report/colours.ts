/** The report's colours, those of the screen's light theme, without the sign that HTML puts before them. */
export const colours = {
  base: '5b6b7f',
  adapter: '0f766e',
  ink: '1a2330',
  muted: '56626f',
  line: 'd5dbe2',
  soft: 'f3f6f8',
  go: '1c7a3f',
  hold: '8a5a00',
  halt: 'b3261e',
} as const;

export const toneColours = { go: colours.go, hold: colours.hold, halt: colours.halt } as const;
