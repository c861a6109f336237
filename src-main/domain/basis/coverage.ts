/**
 * What an answer rests on. Likeness alone fails: 8号プレス and 9号プレス share most of their characters, true paraphrases
 * few. So a question counts as covered only where the collected fact names every identifier of the question, the question
 * names what all phrasings of that fact name, and the rest of it is near.
 */

import type { AnswerBasis, Example, NearExample } from '../../contract/entities.ts';
import { normaliseText } from '../normalise.ts';
import { featuresOf } from './features.ts';
import { identifiersOf, names } from './identifiers.ts';

/** The rest of a question is near where so much of it, by weight, stands in some phrasing or the answer of the fact. */
const nearEnough = 0.3;
/** A subject names few facts; what many share is a way to ask. */
const subjectShare = 0.2;
/** So much of what a fact's phrasings have in common must be asked for, by weight. */
const subjectEnough = 0.5;
const mostShown = 3;

type Collected = Pick<Example, 'id' | 'question' | 'answer' | 'category' | 'createdBy' | 'createdAt'>;

/** Everything that was collected with one answer. */
interface Fact {
  readonly examples: readonly Collected[];
  readonly text: string;
  readonly features: ReadonlySet<string>;
  /** Identifiers that all its phrasings name. */
  readonly identifiers: readonly string[];
  /** What all its phrasings name and few other facts do. */
  readonly subject: ReadonlySet<string>;
}

export interface Coverage {
  of(question: string): AnswerBasis;
}

/** Made once for a state of the collection. */
export function createCoverage(collected: readonly Collected[]): Coverage {
  const groups = Map.groupBy(collected, ({ answer }) => normaliseText(answer));
  const bare = [...groups.values()].map((examples) => describe(examples));
  const spread = new Map<string, number>();
  for (const { features } of bare) for (const each of features) spread.set(each, (spread.get(each) ?? 0) + 1);
  const weightOf = (feature: string) => Math.log1p(bare.length / ((spread.get(feature) ?? 0) + 0.5));
  const seldom = (feature: string) => (spread.get(feature) ?? 0) <= Math.max(1, bare.length * subjectShare);
  const facts: readonly Fact[] = bare.map((fact) => ({ ...fact, subject: new Set([...fact.common].filter(seldom)) }));
  const weigh = (features: Iterable<string>, inside?: ReadonlySet<string>) => {
    let sum = 0;
    for (const feature of features) if (!inside || inside.has(feature)) sum += weightOf(feature);
    return sum;
  };

  function nearness(asked: ReadonlySet<string>, { features }: Fact): number {
    const whole = weigh(asked);
    return whole === 0 ? 0 : weigh(asked, features) / whole;
  }

  function isNamed(question: string, asked: ReadonlySet<string>, { subject, identifiers }: Fact): boolean {
    if (!identifiers.every((identifier) => names(question, identifier))) return false;
    const whole = weigh(subject);
    return whole === 0 || weigh(subject, asked) / whole >= subjectEnough;
  }

  return {
    of(question) {
      const identifiers = identifiersOf(question);
      const asked = featuresOf(question);
      const judged = facts.map((fact) => {
        const missing = identifiers.filter((identifier) => !names(fact.text, identifier));
        const near = nearness(asked, fact);
        return {
          fact,
          missing,
          near,
          covered: missing.length === 0 && near >= nearEnough && isNamed(question, asked, fact),
        };
      });
      judged.sort((a, b) => Number(b.covered) - Number(a.covered) || b.near - a.near);
      const [best] = judged;
      const nearest = judged.slice(0, mostShown).map(({ fact, near }) => toNearest(question, fact, near));
      return { covered: best?.covered ?? false, missing: best?.missing ?? identifiers, nearest };
    },
  };
}

function describe(examples: readonly Collected[]) {
  const phrasings = examples.map(({ question }) => featuresOf(question));
  const [first = new Set<string>(), ...others] = phrasings;
  const common =
    others.length === 0 ? new Set<string>() : [...first].filter((each) => others.every((other) => other.has(each)));
  const answer = examples[0]!.answer;
  const questions = examples.map(({ question }) => question);
  const identifiers = identifiersOf(questions[0]!).filter((each) => questions.every((other) => names(other, each)));
  const features = new Set([...phrasings.flatMap((each) => [...each]), ...featuresOf(answer)]);
  return { examples, text: [...questions, answer].join('\n'), features, identifiers, common };
}

/** Of a fact's phrasings the one that is most like the question. */
function toNearest(question: string, { examples }: Fact, likeness: number): NearExample {
  const asked = featuresOf(question);
  const shared = ({ question: other }: Collected) => [...featuresOf(other)].filter((each) => asked.has(each)).length;
  const nearest = examples.reduce((best, each) => (shared(each) > shared(best) ? each : best));
  const { id, question: collected, answer, category, createdBy, createdAt } = nearest;
  return { id, question: collected, answer, category, createdBy, createdAt, likeness };
}
