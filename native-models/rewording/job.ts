/** Proposes other wordings of questions, for a person to check: by patterns, by rules, and by the base model where it is asked. */

import { modelServer } from '../generate/server.ts';
import type { AnsweringModel, ProposedWording } from '../jobs.ts';
import { createProposer } from './propose.ts';
import { wordingPrompt, wordingsSaid } from './said-by-model.ts';

export interface ProposeWordingsJob {
  /** All questions of the plant with their answers: what is asked already, and whose patterns are followed. */
  readonly pairs: readonly { readonly question: string; readonly answer: string }[];
  /** Places in `pairs` of the questions that want other wordings. */
  readonly wanted: readonly number[];
  /** Proposals for each. */
  readonly most: number;
  /** The base model is asked too, where it is given. */
  readonly model: AnsweringModel | null;
}

/** For each wanted question, those most like what people write first. */
export type ProposeWordingsResult = readonly (readonly ProposedWording[])[];

/** Tokens that each wording may take, and how freely the model speaks: a few different ones are wanted. */
const tokensEach = 64;
const temperature = 0.7;

/** Those by the model come first among what it adds, and share the places with the others. Raises what opening a model raises. */
export async function proposeWordings({
  pairs,
  wanted,
  most,
  model,
}: ProposeWordingsJob): Promise<ProposeWordingsResult> {
  const proposer = createProposer(pairs);
  const server = model && (await modelServer(model));
  const results: (readonly ProposedWording[])[] = [];
  for (const index of wanted) {
    const pair = pairs[index]!;
    const others = proposer.propose(index, most);
    if (!server) {
      results.push(others);
      continue;
    }
    const { chat } = server.model;
    const ids = await chat.encodePrompt([{ role: 'user', content: wordingPrompt(pair.question, most) }]);
    const sampling = { maxNewTokens: most * tokensEach, temperature, topP: 0.95, seed: index };
    const [answer] = await server.answerBeside([{ ids, adapterDirectory: null, sampling, draw: 0, first: true }]);
    const said = wordingsSaid(await chat.decodeAnswer(answer!.ids), pair);
    results.push(
      proposer.fresh([...said.map((question) => ({ question, source: 'model' }) as const), ...others], most),
    );
  }
  return results;
}
