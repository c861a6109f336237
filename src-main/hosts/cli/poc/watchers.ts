/** Two who watch a PoC: a person at a terminal, and a program that reads JSON lines. */

import { createInterface } from 'node:readline/promises';
import { duration } from '../figures.ts';
import type { PocWatcher } from './path.ts';
import { verdictSentence } from './tables.ts';
import type { Say } from './words.ts';
import type { Progress } from '../progress.ts';

export function terminalWatcher(progress: Progress, say: Say): PocWatcher {
  let lastLoss = '–';
  return {
    prepared: ({ site }, { name, parameters }) =>
      progress.line(say('prepared', { site, model: name, parameters: parameters.toLocaleString('en-US') })),
    frozen: ({ number, train, heldOut, regression }) =>
      progress.line(say('frozen', { number, train, heldOut, regression })),
    training: ({ step, steps, secondsLeft, tokensPerSecond }, loss) => {
      if (steps === 0) return;
      if (loss !== null) lastLoss = loss.toFixed(3);
      const speed = tokensPerSecond === null ? '' : ` · ${Math.round(tokensPerSecond)} tokens/s`;
      progress.show(say('training'), step, steps, secondsLeft, `loss ${lastLoss}${speed}`);
    },
    trained: ({ steps, seconds, device }) =>
      progress.line(say('trained', { steps, time: duration(seconds ?? 0), loss: lastLoss, device })),
    evaluating: ({ progress: at }) => {
      if (at) progress.show(say('evaluating'), at.done, at.total, at.secondsLeft);
    },
    evaluated: () => {},
    async notPassed(outcome) {
      progress.line(verdictSentence(outcome, say));
      return process.stdin.isTTY ? askReason(`${say('applyAnyway')} `) : null;
    },
    applied: ({ adapterName, milliseconds }) =>
      progress.line(say('applied', { name: adapterName ?? '', milliseconds: Math.round(milliseconds) })),
    asked: ({ question, base, adapter }) =>
      progress.line(
        `${say('asked', { question })}\n  ${say('base')}: ${oneLine(base.text)}\n  ${say('adapter')}: ${oneLine(adapter?.text ?? '–')}`,
      ),
    reverted: ({ milliseconds, baseIdentical }) =>
      progress.line(
        say('reverted', {
          milliseconds: Math.round(milliseconds),
          identical: say(baseIdentical === true ? 'yes' : 'no'),
        }),
      ),
    comparingCosts: () => progress.line(say('comparingCosts')),
  };
}

export function jsonWatcher(emit: (event: object) => void): PocWatcher {
  return {
    prepared: ({ site }, { name, architecture, parameters, fingerprint }) =>
      emit({ event: 'prepared', site, model: { name, architecture, parameters, fingerprint } }),
    frozen: ({ number, hash, train, heldOut, regression }) =>
      emit({ event: 'frozen', version: number, hash, train, heldOut, regression }),
    training: ({ state, step, steps, secondsLeft, tokensPerSecond, residentBytes }, loss) =>
      emit({ event: 'training', state, step, steps, loss, secondsLeft, tokensPerSecond, residentBytes }),
    trained: ({ steps, seconds, peakBytes, device }) => emit({ event: 'trained', steps, seconds, peakBytes, device }),
    evaluating: ({ progress }) => {
      if (progress) emit({ event: 'evaluating', ...progress });
    },
    evaluated: ({ passed, judgement, precision, sets, seconds, peakBytes }) =>
      emit({ event: 'evaluated', passed, judgement, precision, sets, seconds, peakBytes }),
    // A program cannot be asked: it says so beforehand, with --apply-anyway.
    notPassed: async () => null,
    applied: ({ adapterName, precision, milliseconds, baseProbe }) =>
      emit({ event: 'applied', adapter: adapterName, precision, milliseconds, baseProbe }),
    asked: ({ question, base, adapter, seconds }) => emit({ event: 'asked', question, base, adapter, seconds }),
    reverted: ({ milliseconds, baseProbe, baseIdentical }) =>
      emit({ event: 'reverted', milliseconds, baseProbe, baseIdentical }),
    comparingCosts: () => emit({ event: 'comparing-costs' }),
  };
}

/** null: nothing was typed, so nobody insists. */
async function askReason(question: string): Promise<string | null> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(question)).trim() || null;
  } finally {
    terminal.close();
  }
}

/** What a model says may hold anything; a terminal shows signs, not commands. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
