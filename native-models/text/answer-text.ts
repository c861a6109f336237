/** The text of an answer while its tokens come: each piece is final, and all pieces together are the whole text. */

import { isThoughtOrMayBecome, thoughtEnd } from './thought.ts';
import type { Tokenizer } from './tokenizer.ts';

/** Turns ids into text, piece by piece. */
export interface TextPieces {
  /** The text that is sure with one more id: never a part of a character. */
  add(id: number): Promise<string>;
  /** What was held back. Nothing may be added afterwards. */
  end(): Promise<string>;
}

/** What a character begins with whose other bytes are still to come. */
const unfinished = '\uFFFD';

/**
 * Text of ids that go on behind others: what tokenizers write differently at the beginning of a text (a space that is left
 * out) they write as in its middle.
 * @param before the last ids before them, at most a few
 */
export async function plainPieces(
  tokenizer: Pick<Tokenizer, 'decode'>,
  before: readonly number[] = [],
): Promise<TextPieces> {
  let known = await tokenizer.decode(before);
  // A character that is cut there cannot be told from what follows.
  const ids = known.endsWith(unfinished) ? [] : [...before];
  if (ids.length === 0) known = '';
  // Of the ids from `start` on, those before `sure` are `known` as text.
  let [start, sure] = [0, ids.length];
  async function take(final: boolean): Promise<string> {
    const whole = await tokenizer.decode(ids.slice(start));
    if (whole.length <= known.length || (whole.endsWith(unfinished) && !final)) return '';
    const piece = whole.slice(known.length);
    start = sure;
    sure = ids.length;
    known = await tokenizer.decode(ids.slice(start, sure));
    return piece;
  }
  return {
    async add(id) {
      ids.push(id);
      return take(false);
    },
    end: () => take(true),
  };
}

/** The text of a chat's answer as `ChatTemplate.decodeAnswer` gives it: without what was thought, and without spaces around it. */
export async function answerPieces(tokenizer: Tokenizer, stops: readonly string[] = []): Promise<StoppedPieces> {
  const trimmed = new Trimmed();
  const stopped = new StopTexts(stops);
  const pieces = await unthoughtPieces(tokenizer);
  return {
    get stopped() {
      return stopped.stopped;
    },
    add: async (id) => trimmed.add(stopped.add(await pieces.add(id))),
    end: async () => trimmed.add(stopped.add(await pieces.end()) + stopped.end()),
  };
}

/** Text that goes on with what was there before, spaces and all. */
export async function continuedPieces(
  tokenizer: Tokenizer,
  before: readonly number[],
  stops: readonly string[] = [],
): Promise<StoppedPieces> {
  const stopped = new StopTexts(stops);
  const pieces = await plainPieces(tokenizer, before);
  return {
    get stopped() {
      return stopped.stopped;
    },
    add: async (id) => stopped.add(await pieces.add(id)),
    end: async () => stopped.add(await pieces.end()) + stopped.end(),
  };
}

export interface StoppedPieces extends TextPieces {
  /** Whether one of the texts that end an answer has come; it is no part of the pieces. */
  readonly stopped: boolean;
}

async function unthoughtPieces(tokenizer: Tokenizer): Promise<TextPieces> {
  const ids: number[] = [];
  let phase: 'opening' | 'thought' | 'answer' = 'opening';
  let pieces = await plainPieces(tokenizer);
  /** What was said, or thought, before it is known which it is. */
  let held = '';
  async function add(id: number): Promise<string> {
    if (phase === 'answer') return pieces.add(id);
    ids.push(id);
    if (phase === 'thought' && id === tokenizer.tokenId(thoughtEnd)) {
      pieces = await plainPieces(tokenizer);
      phase = 'answer';
      return '';
    }
    held += await pieces.add(id);
    if (phase === 'opening') {
      // Some tokenizers take the thought's borders for markers and hide them, so they are looked for among all.
      const is = isThoughtOrMayBecome(await tokenizer.decode(ids, { withSpecialTokens: true }));
      if (is === 'perhaps') return '';
      phase = is === 'thought' ? 'thought' : 'answer';
      if (phase === 'answer') return held;
    }
    const end = held.indexOf(thoughtEnd);
    if (end < 0) return '';
    phase = 'answer';
    return held.slice(end + thoughtEnd.length);
  }
  return {
    add,
    async end() {
      const rest = await pieces.end();
      if (phase === 'thought') return '';
      return phase === 'opening' ? held + rest : rest;
    },
  };
}

/** Texts that end an answer: what may be the beginning of one is held back. */
class StopTexts {
  readonly #stops: readonly string[];
  #held = '';
  stopped = false;

  constructor(stops: readonly string[]) {
    this.#stops = stops.filter((stop) => stop !== '');
  }

  add(piece: string): string {
    if (this.stopped) return '';
    const text = this.#held + piece;
    const places = this.#stops.map((stop) => text.indexOf(stop)).filter((place) => place >= 0);
    if (places.length > 0) {
      this.stopped = true;
      this.#held = '';
      return text.slice(0, Math.min(...places));
    }
    const longest = Math.max(0, ...this.#stops.map(({ length }) => length - 1));
    let hold = Math.min(longest, text.length);
    while (hold > 0 && !this.#stops.some((stop) => stop.startsWith(text.slice(-hold)))) hold--;
    this.#held = hold === 0 ? '' : text.slice(-hold);
    return hold === 0 ? text : text.slice(0, -hold);
  }

  end(): string {
    const held = this.#held;
    this.#held = '';
    return held;
  }
}

/** Leaves out spaces before and after a text, which are known to be the last ones when nothing follows. */
class Trimmed {
  #begun = false;
  #spaces = '';

  add(piece: string): string {
    const text = this.#begun ? piece : piece.trimStart();
    const said = text.trimEnd();
    if (said === '') {
      if (this.#begun) this.#spaces += text;
      return '';
    }
    const whole = this.#spaces + said;
    this.#begun = true;
    this.#spaces = text.slice(said.length);
    return whole;
  }
}
