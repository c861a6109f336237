/** "The adapter really acts": asked of the engine in one way, judged by one rule, and kept with the adapter. */

import type { AdapterEvidence, AdapterProof, BaseModel, Device, Precision, Release } from '../contract/entities.ts';
import { OfficeError } from '../contract/errors.ts';
import { endingQuestions, probePrompts, verdictOf } from '../domain/proof.ts';
import type { EngineCalls, EngineJobs, RunningJob } from '../engine/engine.ts';
import type { StoredAdapter } from '../store/adapters.ts';
import { answeringModel } from './answering.ts';
import { readBundledPairs } from './bundled-files.ts';
import { type Context, requireFound, type Workplace } from './context.ts';
import type { Devices } from './devices.ts';
import { toPair } from './training-files.ts';

type ProveJob = EngineJobs['proveAdapter']['input'];
type ProofQuestion = ProveJob['examples'][number];

export interface ProofHooks {
  /** Of another precision than the model's own. */
  readonly precision?: Precision;
  /** Awaits the job, and cancels it where the caller is cancelled. */
  readonly follow: <Output>(job: RunningJob<Output>) => Promise<Output>;
  readonly progress: (progress: EngineJobs['proveAdapter']['event']) => void;
}

/** Nobody waits and nobody watches. */
export const unfollowed: ProofHooks = {
  follow: <Output>({ result }: RunningJob<Output>) => result,
  progress: () => {},
};

/** What is proven: a folder on a base. */
export interface ProofTarget {
  readonly model: Pick<BaseModel, 'directory' | 'precision'>;
  readonly directory: string;
  /** The folder that it must equal, or null. */
  readonly sourceDirectory: string | null;
  /** Questions to answer: the plant's own for an adapter trained here, general ones for others. */
  readonly examples: ProveJob['examples'];
}

/** With the name of the card that measured it. */
type MeasuredEvidence = AdapterEvidence & Pick<AdapterProof, 'card'>;

export interface Proofs {
  /** Measures a folder on the device that is best for its base; nothing is kept. */
  measure(target: ProofTarget & { readonly model: BaseModel }, hooks: ProofHooks): Promise<MeasuredEvidence>;
  /** Measures an adapter of the ledger and keeps what was found, whatever it is. @throws OfficeError adapter-damaged, adapter-wrong-base */
  prove(adapter: StoredAdapter, occasion: AdapterProof['occasion'], hooks?: Partial<ProofHooks>): Promise<AdapterProof>;
  describe(occasion: AdapterProof['occasion'], evidence: MeasuredEvidence): AdapterProof;
  /** Inside a transaction of the caller: the row, and the file beside the adapter. */
  keep(adapter: Pick<StoredAdapter, 'id' | 'folder' | 'name'>, proof: AdapterProof): void;
  /**
   * Fingerprint of the logits on the same prompts, as a release has it: of the base alone, or with an adapter's folder. Where
   * the device fails, the CPU's, and its setup says so.
   * @param anew reads the files again, whatever of them is open
   */
  probe(
    model: BaseModel,
    { precision, device }: Pick<Release, 'precision' | 'device'>,
    adapterDirectory: string | null,
    anew?: boolean,
  ): Promise<Pick<EngineCalls['probe']['output'], 'fingerprint' | 'setup'>>;
  /** Questions for an adapter: of its own dataset version, or the general ones. */
  examplesFor(datasetVersionId: string | null): ProveJob['examples'];
}

/** General questions, which every model is asked in the same order. */
export const generalPairs = ({ bundled }: Pick<Workplace, 'bundled'>) => readBundledPairs(bundled.regressionFile);

/** Of some questions, those whose logits tell what an adapter changes. */
export const promptsAmong = (pairs: readonly Pick<ProofQuestion, 'question'>[]): readonly string[] =>
  pairs.slice(0, probePrompts).map(({ question }) => question);

/** Of some questions, those that are answered to see whether answers end. */
export const questionsToEnd = (pairs: readonly ProofQuestion[]): ProveJob['examples'] =>
  pairs.slice(0, endingQuestions).map(toPair);

/** Measures a folder on a device; nothing is kept. */
export function measureAdapter(
  place: Workplace,
  { model, directory, ...target }: ProofTarget & { readonly prompts: readonly string[]; readonly device: Device },
  { follow, progress, precision }: ProofHooks = unfollowed,
): Promise<AdapterEvidence> {
  const job = { ...target, ...answeringModel(place, model, precision), adapterDirectory: directory };
  return follow(place.engine.start('proveAdapter', job, progress));
}

export function createProofs(context: Context, devices: Devices): Proofs {
  const { store, engine } = context;
  const prompts = () => promptsAmong(generalPairs(context));

  const measure: Proofs['measure'] = async (target, hooks) => {
    const { device, card } = await devices.computing(target.model);
    const evidence = await measureAdapter(context, { ...target, prompts: prompts(), device }, hooks);
    return { ...evidence, card: evidence.device === device ? card : null };
  };

  const describe: Proofs['describe'] = (occasion, evidence) => {
    return { ...evidence, verdict: verdictOf(evidence), occasion, at: context.now(), by: context.currentOperator() };
  };

  const keep: Proofs['keep'] = ({ id, folder, name }, proof) => {
    store.adapters.addProof(id, proof);
    store.artefacts.putEvidence(folder, { adapter: name, ...proof });
  };

  const examplesFor: Proofs['examplesFor'] = (versionId) => {
    // Held-out questions first: what was learnt by heart ends more readily.
    const order = { heldOut: 0, train: 1, regression: 2 };
    const own = versionId === null ? [] : store.datasets.examples(versionId);
    return questionsToEnd(
      own.length > 0 ? own.toSorted((a, b) => order[a.split] - order[b.split]) : generalPairs(context),
    );
  };

  return {
    measure,
    describe,
    keep,
    examplesFor,
    async prove(adapter, occasion, hooks = {}) {
      store.artefacts.verifyAdapter(adapter.folder, adapter.sha256);
      const model = requireFound(store.models.get(adapter.modelId), 'model', adapter.modelId);
      const run = adapter.runId === null ? null : store.runs.get(adapter.runId);
      const examples = examplesFor(run?.datasetVersionId ?? null);
      const evidence = await measure(
        { model, directory: adapter.directory, sourceDirectory: null, examples },
        { ...unfollowed, ...hooks },
      );
      requireBase(adapter, model, evidence);
      const proof = describe(occasion, evidence);
      const { verdict, precision, changedPrompts, largestDifference, endedAnswers } = proof;
      const values = { verdict, precision, changedPrompts, largestDifference, endedAnswers };
      return context.change(['adapters'], { kind: 'adapter.proven', subject: adapter.name, values }, () => {
        keep(adapter, proof);
        return proof;
      });
    },
    async probe(model, { precision, device }, adapterDirectory, anew = false) {
      const job = { ...answeringModel(context, model, precision), device, adapterDirectory, prompts: prompts(), anew };
      return engine.call('probe', job);
    },
  };
}

/**
 * Adapters from elsewhere carry no fingerprint of their base, so the ledger's is compared too; former versions recorded
 * that of the weights alone.
 */
function requireBase(
  adapter: StoredAdapter,
  { name }: BaseModel,
  { baseFingerprint: fingerprint, baseWeights }: AdapterEvidence,
): void {
  if ([fingerprint, baseWeights].includes(adapter.baseFingerprint)) return;
  const named = (hash: string) => `${name} (${hash.slice(0, 12)})`;
  throw new OfficeError('adapter-wrong-base', {
    expected: named(adapter.baseFingerprint),
    actual: named(fingerprint),
  });
}
