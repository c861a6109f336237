/** The template library with Python's meaning where its own differs silently; what is neither is refused by name. */

import * as jinja from '@huggingface/jinja';
import { splitAtSpace, strip } from './python-values.ts';

/** What is used of the library; its own types do not resolve under Node's rules for imports. */
interface Value {
  readonly type: string;
  readonly value: unknown;
}
interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}
interface Scope {
  set(name: string, value: unknown): void;
}
interface LibraryInterpreter {
  run(program: Node): Value;
  /** Nothing is an undefined value. */
  evaluate(node: Node | undefined, scope: Scope): Value;
  evaluateBlock(statements: readonly Node[], scope: Scope): Value;
  evaluateFor(node: Node, scope: Scope): Value;
  evaluateBinaryExpression(node: Node, scope: Scope): Value;
  evaluateTestExpression(node: Node, scope: Scope): Value;
  evaluateMemberExpression(node: Node, scope: Scope): Value;
  applyFilter(operand: Value, filter: Node, scope: Scope): Value;
}

const library = jinja as unknown as {
  readonly Environment: new (parent?: Scope) => Scope;
  readonly Interpreter: new (scope: Scope) => LibraryInterpreter;
  readonly parse: (tokens: object) => Node;
  readonly tokenize: (source: string, options: object) => object;
};

/** Statements write their own text; every other part of a template is printed. */
const statements = ['Set', 'If', 'For', 'Macro', 'Comment', 'CallStatement', 'FilterStatement'];
/** Where the library forgets what a round had written before. */
const refusedStatements: Readonly<Record<string, string>> = { Break: 'break', Continue: 'continue' };
const plain = ['IntegerValue', 'StringValue', 'BooleanValue', 'NullValue', 'UndefinedValue'];

/** Steps and characters are of one rendering, and a conversation of a thousand messages takes a tenth of either; the source is the template. */
const budget = { steps: 300_000, characters: 5_000_000, source: 1_000_000 } as const;

class PythonInterpreter extends library.Interpreter {
  #steps = 0;
  /** Bodies of loops: each round has a scope of its own. */
  readonly #bodies = new WeakSet<object>();

  override evaluateFor(node: Node, scope: Scope): Value {
    this.#bodies.add(node['body'] as object);
    return super.evaluateFor(node, scope);
  }

  override evaluateBlock(nodes: readonly Node[], scope: Scope): Value {
    this.#step();
    const own = this.#bodies.has(nodes) ? new library.Environment(scope) : scope;
    let text = '';
    for (const node of nodes) {
      const refused = refusedStatements[node.type];
      if (refused) throw new Error(`it uses ${refused}, which is not supported`);
      const value = this.evaluate(node, own);
      if (!statements.includes(node.type)) text += printed(value);
      else if (value.type === 'StringValue') text += value.value as string;
    }
    return this.#text(text, own);
  }

  override evaluateBinaryExpression(node: Node, scope: Scope): Value {
    const operator = (node['operator'] as { readonly value: string }).value;
    if (!ownOperators.includes(operator)) return super.evaluateBinaryExpression(node, scope);
    const left = this.evaluate(node['left'] as Node, scope);
    const right = this.evaluate(node['right'] as Node, scope);
    if (operator === '+' || operator.endsWith('in')) {
      if (operator === '+') requireAlike(left, right);
      else requireFindable(left, right);
      const known = (value: Value) => ({ type: 'Known', value });
      return super.evaluateBinaryExpression({ ...node, left: known(left), right: known(right) }, scope);
    }
    if (operator === '%') return this.#number(remainder(left, right), scope);
    if (operator === '~') return this.#text(printed(left) + printed(right), scope);
    for (const { type } of [left, right]) {
      if (!plain.includes(type)) throw new Error(`it compares ${kindOf(type)} by ${operator}, which is not supported`);
    }
    return this.#truth(sameInPython(left, right) === (operator === '=='), scope);
  }

  override evaluateMemberExpression(node: Node, scope: Scope): Value {
    const object = this.evaluate(node['object'] as Node, scope);
    const property = node['property'] as Node;
    if (object.type === 'UndefinedValue') throw new Error('it reads a part of something that is not there');
    const known = { ...node, object: { type: 'Known', value: object } };
    if (object.type !== 'StringValue' || node['computed'] !== true || property.type === 'SliceExpression')
      return super.evaluateMemberExpression(known, scope);
    const place = this.evaluate(property, scope);
    if (place.type !== 'IntegerValue') return super.evaluateMemberExpression(known, scope);
    // Python counts characters here, too.
    const character = [...(object.value as string)].at(place.value as number);
    return this.evaluate(character === undefined ? undefined : { type: 'StringLiteral', value: character }, scope);
  }

  /** What is known already is taken as it is. Here every part of a template comes by, so here it is counted. */
  override evaluate(node: Node | undefined, scope: Scope): Value {
    if (node?.type === 'Known') return node['value'] as Value;
    this.#step();
    const value = super.evaluate(node, scope);
    if (value.type === 'StringValue' && (value.value as string).length > budget.characters)
      throw new Error(`it writes more than ${budget.characters} characters`);
    return value;
  }

  override evaluateTestExpression(node: Node, scope: Scope): Value {
    const own = ownTests[(node['test'] as { readonly value: string }).value];
    if (!own) return super.evaluateTestExpression(node, scope);
    const { type } = this.evaluate(node['operand'] as Node, scope);
    return this.#truth(own.includes(type) !== (node['negate'] === true), scope);
  }

  override applyFilter(operand: Value, filter: Node, scope: Scope): Value {
    const name = filterName(filter);
    // Python counts characters, the library units of UTF-16.
    if (name === 'length' && operand.type === 'StringValue')
      return this.#number([...(operand.value as string)].length, scope);
    if (name === 'tojson') requireWritable(operand);
    if (name === 'join') requireJoinable(operand);
    if (name === 'string') return this.#text(printed(operand), scope);
    if (name === 'trim' && filter.type === 'Identifier')
      return this.#text(strip(printed(operand), null, 'strip'), scope);
    return super.applyFilter(operand, filter, scope);
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > budget.steps) throw new Error(`it takes more than ${budget.steps} steps`);
  }

  #number(value: number, scope: Scope): Value {
    return this.evaluate({ type: 'IntegerLiteral', value }, scope);
  }

  #truth(value: boolean, scope: Scope): Value {
    return this.evaluate({ type: 'Identifier', value: value ? 'true' : 'false' }, scope);
  }

  /** Made by the library itself, whose kinds of values are not exported. */
  #text(value: string, scope: Scope): Value {
    return this.evaluate({ type: 'StringLiteral', value }, scope);
  }
}

const ownOperators: readonly string[] = ['==', '!=', '~', '%', '+', 'in', 'not in'];

/** The library adds a number or a list to a text as JavaScript does; Python adds neither. */
function requireAlike(left: Value, right: Value): void {
  const [one, other] = [left, right].map(({ type }) =>
    ['StringValue', 'ArrayValue'].includes(type) ? type : 'number',
  );
  if (one !== other) throw new Error(`it adds ${kindOf(right.type)} to ${kindOf(left.type)}`);
}

/** True is 1 in Python, also where it is looked for in a list. */
function requireFindable(left: Value, right: Value): void {
  if (right.type !== 'ArrayValue') return;
  const unusual = [left, ...(right.value as readonly Value[])].find(({ type }) => !plainParts.includes(type));
  if (unusual) throw new Error(`it looks for ${kindOf(unusual.type)} in a list, which is not supported`);
}
const plainParts: readonly string[] = ['StringValue', 'IntegerValue', 'NullValue', 'UndefinedValue'];

/** The library writes parts of a list as JavaScript does. */
function requireJoinable({ type, value }: Value): void {
  if (type !== 'ArrayValue') return;
  const unusual = (value as readonly Value[]).find(
    (part) => !['StringValue', 'IntegerValue', 'UndefinedValue'].includes(part.type),
  );
  if (unusual) throw new Error(`it joins ${kindOf(unusual.type)}, which is not supported`);
}

/** Tests that the library answers otherwise, by the kinds of values that pass: True is a number, dictionaries are walked. */
const ownTests: Readonly<Record<string, readonly string[]>> = {
  number: ['IntegerValue', 'FloatValue', 'BooleanValue'],
  iterable: ['StringValue', 'ArrayValue', 'TupleValue', 'ObjectValue', 'KeywordArgumentsValue', 'UndefinedValue'],
};

/** As Python's `str` writes it. */
function printed({ type, value }: Value): string {
  if (type === 'StringValue') return value as string;
  if (type === 'IntegerValue') return String(value);
  if (type === 'BooleanValue') return value === true ? 'True' : 'False';
  if (type === 'NullValue') return 'None';
  if (type === 'UndefinedValue') return '';
  throw new Error(`it prints ${kindOf(type)}, which is not supported`);
}

/** Python's has the sign of the divisor. */
function remainder(left: Value, right: Value): number {
  if (left.type !== 'IntegerValue' || right.type !== 'IntegerValue')
    throw new Error(`it divides ${kindOf(left.type)} by ${kindOf(right.type)}, which is not supported`);
  const [number, divisor] = [left.value as number, right.value as number];
  if (divisor === 0) throw new Error('it divides by zero');
  return ((number % divisor) + divisor) % divisor;
}

/** The library forgets that 1.0 is no whole number, and that nothing is no null. */
function requireWritable({ type, value }: Value): void {
  if (type === 'UndefinedValue') throw new Error('it writes something that is not there as JSON');
  if (type === 'FloatValue') throw new Error('it writes a fraction as JSON, which is not supported');
  const parts = value instanceof Map ? value.values() : Array.isArray(value) ? value : [];
  for (const part of parts as Iterable<Value>) requireWritable(part);
}

/** True is 1 in Python; a text never equals a number, and None nothing but itself. */
function sameInPython(left: Value, right: Value): boolean {
  const number = ({ type, value }: Value) =>
    type === 'BooleanValue' || type === 'IntegerValue' ? Number(value) : null;
  const [a, b] = [number(left), number(right)];
  if (a !== null && b !== null) return a === b;
  return left.type === right.type && left.value === right.value;
}

const kinds: Readonly<Record<string, string>> = {
  StringValue: 'a text',
  IntegerValue: 'a number',
  BooleanValue: 'true or false',
  NullValue: 'none',
  UndefinedValue: 'something that is not there',
  ArrayValue: 'a list',
  ObjectValue: 'a dictionary',
  FloatValue: 'a fraction',
  NamespaceValue: 'a namespace',
  FunctionValue: 'a function',
};
const kindOf = (type: string): string => kinds[type] ?? type;

function filterName(filter: Node): string {
  const named = (filter.type === 'CallExpression' ? filter['callee'] : filter) as { readonly value?: string };
  return named.value ?? '';
}

/** What a template may use; each gives what Jinja gives, as recorded in the tests. */
export const allowed = {
  filters: [
    'default',
    'first',
    'items',
    'join',
    'last',
    'length',
    'list',
    'lower',
    'map',
    'rejectattr',
    'replace',
  ].concat(['reverse', 'selectattr', 'string', 'tojson', 'trim', 'upper']),
  tests: [
    'boolean',
    'defined',
    'even',
    'false',
    'integer',
    'iterable',
    'mapping',
    'none',
    'number',
    'odd',
    'string',
  ].concat(['true', 'undefined']),
  methods: ['endswith', 'get', 'items', 'keys', 'lower', 'replace', 'split', 'startswith', 'upper', 'values'],
} as const;

/** Arguments that the library reads as Jinja does; it passes over others, and over those by name that are not listed. */
const mostArguments: Readonly<Record<string, number>> = {
  ...{ endswith: 1, get: 2, items: 0, keys: 0, lower: 0, replace: 3, split: 2, startswith: 1, upper: 0, values: 0 },
  ...{ strip: 1, lstrip: 1, rstrip: 1, join: 1 },
};
const argumentNames: Readonly<Record<string, readonly string[]>> = {
  default: ['boolean'],
  map: ['attribute', 'default'],
  replace: ['count'],
  split: ['maxsplit'],
  tojson: ['indent', 'ensure_ascii', 'sort_keys', 'separators'],
};

function requireArguments(name: string, given: readonly unknown[]): void {
  const args = given as readonly Node[];
  for (const { type, key, value } of args) {
    const word = type === 'KeywordArgumentExpression' ? String((key as { readonly value?: unknown }).value) : null;
    if (word !== null && !argumentNames[name]?.includes(word))
      throw new Error(`it uses ${name} with ${word}, which is not supported`);
    if (word === 'indent' && (value as Node).value === 0)
      throw new Error('it uses tojson with indent 0, which is not supported');
  }
  const most = mostArguments[name] ?? Infinity;
  if (args.length > most) throw new Error(`it gives ${name} more than ${most} arguments, which is not supported`);
  const [, test] = args;
  // The library leaves out what has no such part before it is tested.
  if (['selectattr', 'rejectattr'].includes(name) && test?.['value'] === 'undefined')
    throw new Error(`it uses ${name} with undefined, which is not supported`);
}

/** Calls of `text.strip(…)` go to functions of ours: the library's ignore their arguments. */
const strips = ['strip', 'lstrip', 'rstrip'] as const;
const ownFunctions = {
  ...Object.fromEntries(
    strips.map((side) => [`python ${side}`, (text: string, characters?: string) => strip(text, characters, side)]),
  ),
  'python split': splitAtSpace,
};

export type Program = (variables: Readonly<Record<string, unknown>>) => string;

/** Parses a template; the program raises what the template raises, or what it uses that is not supported. */
export function parseTemplate(source: string): Program {
  if (source.length > budget.source) throw new Error(`it is longer than ${budget.source} characters`);
  const program = checked(library.parse(library.tokenize(source, { lstrip_blocks: true, trim_blocks: true }))) as Node;
  return (variables) => {
    const scope = new library.Environment();
    for (const [name, value] of Object.entries({ ...variables, ...ownFunctions })) scope.set(name, value);
    return new PythonInterpreter(scope).run(program).value as string;
  };
}

/** A copy of this part of a program. Raises for filters and methods that are not allowed. */
function checked(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (part instanceof Map) return new Map([...part].map(([key, value]) => [checked(key), checked(value)]));
  if (Array.isArray(part)) return part.map(checked);
  const prototype = Object.getPrototypeOf(part) as object;
  const copy = Object.create(prototype, Object.getOwnPropertyDescriptors(part)) as Record<string, unknown>;
  for (const key of Object.keys(copy)) copy[key] = checked(copy[key]);
  if (copy['type'] === 'FilterExpression' || copy['type'] === 'FilterStatement') {
    const name = filterName(copy['filter'] as Node);
    if (!allowed.filters.includes(name)) throw new Error(`it uses the filter ${name}, which is not supported`);
    const { type, args } = copy['filter'] as Node;
    if (type === 'CallExpression') requireArguments(name, args as readonly unknown[]);
  }
  if (copy['type'] === 'TestExpression') {
    const { value } = copy['test'] as { readonly value: string };
    if (!allowed.tests.includes(value)) throw new Error(`it uses the test ${value}, which is not supported`);
  }
  if (copy['type'] === 'IntegerLiteral' && !Number.isSafeInteger(copy['value']))
    throw new Error('it holds a number of more than 15 digits, which is not supported');
  if (copy['type'] !== 'CallExpression') return copy;
  const callee = copy['callee'] as Record<string, unknown>;
  if (callee['type'] !== 'MemberExpression' || callee['computed'] === true) return copy;
  const name = String((callee['property'] as { readonly value?: unknown }).value);
  const given = copy['args'] as readonly unknown[];
  requireArguments(name, given);
  if ((strips as readonly string[]).includes(name) || (name === 'split' && given.length === 0)) {
    const args = [callee['object'], ...given];
    return { type: 'CallExpression', callee: { type: 'Identifier', value: `python ${name}` }, args };
  }
  if (!(allowed.methods as readonly string[]).includes(name)) {
    throw new Error(`it uses the method ${name}, which is not supported`);
  }
  return copy;
}
