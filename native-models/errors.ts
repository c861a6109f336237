/** The one error class of the machine room: a code that a screen can translate, the values it names, and an English sentence. */

/** Values that an error names: which file, which row, which number. */
export type ErrorValues = Readonly<Record<string, string | number>>;

/** English sentences of every error this library can raise. `{name}` is replaced by the value of that name. */
export const modelErrorSentences = {
  'model-folder-missing': 'There is no folder at {path}.',
  'model-not-a-model': 'The folder {path} is not a Hugging Face model: {file} is missing.',
  'model-config-unreadable': 'The file {path} cannot be read as JSON: {reason}.',
  'text-undecodable': 'Line {line} of {path} holds bytes that are not UTF-8, so the file is not read.',
  'model-unsupported': 'This model cannot be used: {field} is {value}, and only {supported} is supported.',
  'weights-not-safetensors':
    'The weights in {path} are not safetensors ({file}); get the model in that format, which runs no code when it is opened.',
  'weights-pointer':
    'The file {path} only says where Git LFS keeps the weights; copy the real file (git lfs pull, or download it again).',
  'weights-truncated':
    'The file {path} is shorter than its header says ({actualBytes} of {expectedBytes} bytes); copy it again.',
  'weights-header-invalid': 'The header of {path} is not valid safetensors: {reason}.',
  'weights-tensor-missing': 'The model lacks the tensor {tensor}, which {architecture} needs.',
  'weights-shape-mismatch': 'The tensor {tensor} has the shape {actual}; the configuration asks for {expected}.',
  'weights-not-finite': 'The tensor {tensor} in {path} holds a value that is not a finite number.',
  'tokenizer-mismatch':
    'The tokenizer knows {tokenizerSize} tokens, but the model only {modelSize}; the two files do not belong together.',
  'tokenizer-unreadable': 'The tokenizer in {path} cannot be used: {reason}.',
  'template-missing': 'The model has no chat template, neither in tokenizer_config.json nor in chat_template.jinja.',
  'template-failed': 'The chat template of the model failed: {reason}.',
  'example-too-long':
    'The example {example} is {tokens} tokens long, but only {limit} fit; shorten it by about {excess} tokens.',
  'example-nothing-to-learn': 'The example {example} has no answer token to learn from.',
  'examples-unreadable': 'Line {line} of {path} is not an example with id, question and answer.',
  'tokens-unusable': 'The file {path} cannot be trained on: {reason}.',
  'no-examples': 'There is no example to train on.',
  'setting-invalid': 'The setting {setting} is {value}; it must be {expected}.',
  'adapter-unreadable': 'The adapter in {path} cannot be read: {reason}.',
  'adapter-wrong-base': 'The adapter was trained on {expected}, but this is {actual}.',
  'adapter-damaged': 'The adapter file {path} has changed since it was made; its fingerprint no longer matches.',
  'adapter-differs': 'The adapter in {path} does not compute what it should: {reason}.',
  'merge-differs':
    'The merged model does not compute what base and adapter compute (difference {difference}, allowed {tolerance}), so it was not kept.',
  'checkpoint-unreadable': 'The saved state in {path} cannot be continued: {reason}.',
  'training-diverged':
    'Training stopped at step {step}: {reason}. The last good state was kept; try a lower learning rate.',
  'memory-exhausted':
    'Memory ran out even with one row at a time ({tokens} tokens), and no way is left that takes less: it needs about {neededMegabytes} MB; {availableMegabytes} MB are available. Use shorter examples or a smaller model, and where the use of memory was chosen, leave it to the plan.',
  'disk-full': 'The disk is full: {path} could not be written. Free some space and continue; nothing was damaged.',
  'file-unreadable': 'The file {path} could not be read: {reason}.',
  'file-not-ordinary': '{path} is not an ordinary file but a device, a pipe or a socket, or leads to one.',
  'file-too-large': 'The file {path} is larger than {megabytes} MB, which no file of its kind is.',
  'file-is-a-folder': '{path} is a folder; give the path of a file.',
  'folder-is-a-file': '{path} is a file; give the folder that holds it.',
  'file-unwritable': 'The file {path} could not be written: {reason}.',
  'device-unavailable': 'The device {device} cannot be used here: {reason}.',
  'context-exceeded': 'The conversation is {tokens} tokens long, but the model only takes {limit}.',
  'graph-invalid': 'The computation graph is wrong: {reason}.',
  cancelled: 'The job was cancelled.',
} as const;

export type ModelErrorCode = keyof typeof modelErrorSentences;

/** Raised for anything a person can understand and act on. Programming mistakes stay plain `Error`s. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;
  readonly values: ErrorValues;

  constructor(code: ModelErrorCode, found: ErrorValues = {}, options?: ErrorOptions) {
    const values = shortened(found);
    const sentence = modelErrorSentences[code].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? '?'));
    // A reason may be a sentence with a full stop of its own.
    super(sentence.replace(/([.!?])\.$/, '$1'), options);
    this.name = 'ModelError';
    this.code = code;
    this.values = values;
  }
}

/** What other people's files hold may have no end; a sentence that quotes it must. */
const mostCharacters = 600;

function shortened(values: ErrorValues): ErrorValues {
  const short = (name: string, value: string | number) =>
    typeof value === 'string' && name !== 'path' && value.length > mostCharacters
      ? `${value.slice(0, mostCharacters)}…`
      : value;
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, short(name, value)]));
}

/** Hears of a problem. What opens files for use stops at the first; what checks them collects and goes on with what is left. */
export type Report = (problem: ModelError) => void;

export const stopAtFirst: Report = (problem) => {
  throw problem;
};
