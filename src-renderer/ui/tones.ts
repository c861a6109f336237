/** The meanings a colour may have. */

export type Tone = 'base' | 'adapter' | 'candidate' | 'go' | 'hold' | 'halt' | 'quiet';
