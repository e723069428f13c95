import { type FailureData, fail } from '../failure.ts';
import { decodeUtf8 } from './utf8.ts';

/**
 * A pickle as data. Python's pickle is a program that may name any function; here a name is only ever a label, a call is a
 * record of what would have been called, and nothing is run. The reader of the result gives meaning to the few it knows.
 */
export type PickleValue = null | boolean | number | string | PickleNode;

export type PickleNode =
  | { readonly kind: 'list' | 'tuple'; readonly items: PickleValue[] }
  | { readonly kind: 'dictionary'; readonly entries: Map<string | number, PickleValue> }
  /** A name of the allow-list, for instance "collections OrderedDict". */
  | { readonly kind: 'global'; readonly name: string }
  /** What an allowed name would be called with, and the entries a dictionary made by it was given. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly arguments: readonly PickleValue[];
      readonly entries: Map<string | number, PickleValue>;
    }
  /** A reference outside the pickle, for torch a storage. */
  | { readonly kind: 'persistent'; readonly id: readonly PickleValue[] };

type CorruptProblem = FailureData['PICKLE_CORRUPT']['problem'];

/** A tensor takes about 110 bytes, 40 steps and 2 dictionaries, and a published decoder has under 1,000 tensors. */
const limits = { bytes: 4 * 2 ** 20, steps: 600_000, memo: 300_000, dictionaries: 60_000, integerBytes: 8 } as const;

/**
 * Interprets a pickle of protocol 2 to 5.
 *
 * @param allowed full names ("module name") that may occur
 * @throws PICKLE_REFUSED for any other name or opcode, PICKLE_CORRUPT for damage
 */
export function readPickle(file: string, bytes: Uint8Array, allowed: ReadonlySet<string>): PickleValue {
  if (bytes.length > limits.bytes) fail('PICKLE_CORRUPT', { file, problem: 'limit', at: bytes.length });
  return new PickleMachine(file, bytes, allowed).run();
}

class PickleMachine {
  private at = 0;
  private dictionaries = 0;
  private stack: PickleValue[] = [];
  /** The stacks below each open mark, as Python's unpickler keeps them. */
  private readonly below: PickleValue[][] = [];
  private readonly memo = new Map<number, PickleValue>();
  private readonly view: DataView;
  private readonly file: string;
  private readonly bytes: Uint8Array;
  private readonly allowed: ReadonlySet<string>;

  constructor(file: string, bytes: Uint8Array, allowed: ReadonlySet<string>) {
    this.file = file;
    this.bytes = bytes;
    this.allowed = allowed;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): PickleValue {
    for (let steps = 0; steps < limits.steps; steps += 1) {
      const opcode = this.byte();
      if (opcode === stopOpcode) return this.result();
      const step = steps === 0 && opcode !== protocolOpcode ? undefined : opcodes.get(opcode);
      if (step === undefined) this.refuse(`opcode 0x${opcode.toString(16).padStart(2, '0')}`);
      else step(this);
    }
    return this.corrupt('limit');
  }

  private result(): PickleValue {
    if (this.at !== this.bytes.length) this.corrupt('trailing');
    if (this.stack.length !== 1 || this.below.length !== 0) this.corrupt('stack');
    return this.pop();
  }

  corrupt(problem: CorruptProblem, at: string | number = this.at): never {
    return fail('PICKLE_CORRUPT', { file: this.file, problem, at });
  }

  refuse(what: string): never {
    return fail('PICKLE_REFUSED', { file: this.file, what });
  }

  private take(length: number): number {
    const start = this.at;
    if (length > this.bytes.length - start) this.corrupt('truncated');
    this.at = start + length;
    return start;
  }

  byte = (): number => this.view.getUint8(this.take(1));
  uint16 = (): number => this.view.getUint16(this.take(2), true);
  int32 = (): number => this.view.getInt32(this.take(4), true);
  uint32 = (): number => this.view.getUint32(this.take(4), true);
  float64 = (): number => this.view.getFloat64(this.take(8), false);

  uint64 = (): number => {
    const value = this.view.getBigUint64(this.take(8), true);
    return value <= BigInt(this.bytes.length) ? Number(value) : this.corrupt('truncated');
  };

  /** A two's complement number of `length` bytes, least first. */
  integer(length: number): number {
    if (length > limits.integerBytes) this.corrupt('number');
    const start = this.take(length);
    let value = 0n;
    for (let index = length - 1; index >= 0; index -= 1)
      value = (value << 8n) | BigInt(this.view.getUint8(start + index));
    const signed = Number(BigInt.asIntN(length * 8, value));
    return Number.isSafeInteger(signed) ? signed : this.corrupt('number');
  }

  text(length: number): string {
    const start = this.take(length);
    return decodeUtf8(this.bytes.subarray(start, start + length)) ?? this.corrupt('text');
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) this.corrupt('truncated');
    const text = this.text(end - this.at);
    this.at = end + 1;
    return text;
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    return value === undefined ? this.corrupt('stack') : value;
  }

  top(): PickleValue {
    const value = this.stack.at(-1);
    return value === undefined ? this.corrupt('stack') : value;
  }

  mark(): void {
    this.below.push(this.stack);
    this.stack = [];
  }

  /** Everything above the last mark, which is taken away. */
  popToMark(): PickleValue[] {
    const items = this.stack;
    this.stack = this.below.pop() ?? this.corrupt('stack');
    return items;
  }

  store(index: number): void {
    if (this.memo.size >= limits.memo) this.corrupt('limit');
    this.memo.set(index, this.top());
  }

  memoSize(): number {
    return this.memo.size;
  }

  /** A dictionary takes more memory than anything else a byte can ask for. */
  dictionary(): Map<string | number, PickleValue> {
    this.dictionaries += 1;
    return this.dictionaries <= limits.dictionaries ? new Map() : this.corrupt('limit');
  }

  recall(index: number): void {
    const value = this.memo.get(index);
    this.push(value === undefined ? this.corrupt('memo') : value);
  }

  pushGlobal(module: string, name: string): void {
    const full = `${module} ${name}`;
    if (!this.allowed.has(full)) this.refuse(full.slice(0, 200));
    this.push({ kind: 'global', name: full });
  }

  /** Sets alternating keys and values on the dictionary at the top of the stack. */
  setItems(pairs: readonly PickleValue[]): void {
    const target = this.top();
    if (!isNode(target) || !('entries' in target) || pairs.length % 2 !== 0) this.corrupt('stack');
    for (let index = 0; index < pairs.length; index += 2) {
      const [key, value] = [pairs[index], pairs[index + 1]];
      if ((typeof key !== 'string' && typeof key !== 'number') || value === undefined) this.corrupt('key');
      if (target.entries.has(key)) this.corrupt('duplicate-key', String(key).slice(0, 200));
      target.entries.set(key, value);
    }
  }

  append(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!isNode(target) || target.kind !== 'list') this.corrupt('stack');
    for (const item of items) target.items.push(item);
  }

  reduce(): void {
    const parameters = this.pop();
    const callable = this.pop();
    if (!isNode(parameters) || parameters.kind !== 'tuple') this.corrupt('stack');
    if (!isNode(callable) || callable.kind !== 'global') this.refuse('a call of something without a name');
    this.push({ kind: 'call', name: callable.name, arguments: parameters.items, entries: this.dictionary() });
  }

  persistent(): void {
    const id = this.pop();
    if (!isNode(id) || id.kind !== 'tuple') this.corrupt('persistent-id');
    this.push({ kind: 'persistent', id: id.items });
  }

  /** The state given to an object (torch keeps versions in it) says nothing about weights and is dropped. */
  build(): void {
    this.pop();
    const target = this.top();
    if (!isNode(target) || target.kind !== 'call') this.refuse('a state for something that is no object');
  }
}

export function isNode(value: PickleValue | undefined): value is PickleNode {
  return typeof value === 'object' && value !== null;
}

type Step = (machine: PickleMachine) => void;

const stopOpcode = 0x2e;
const protocolOpcode = 0x80;

function tuple(items: PickleValue[]): PickleNode {
  return { kind: 'tuple', items };
}

function protocol(machine: PickleMachine): void {
  const version = machine.byte();
  if (version < 2 || version > 5) machine.refuse(`protocol ${version}`);
}

function stackGlobal(machine: PickleMachine): void {
  const name = machine.pop();
  const module = machine.pop();
  if (typeof module !== 'string' || typeof name !== 'string') machine.corrupt('stack');
  else machine.pushGlobal(module, name);
}

/** The opcodes that torch writes, by their numbers in Python's `pickletools`; every other one is refused. */
const opcodes: ReadonlyMap<number, Step> = new Map<number, Step>([
  [protocolOpcode, protocol],
  [0x95, (machine) => void machine.uint64()], // FRAME
  [0x28, (machine) => machine.mark()],
  [0x4e, (machine) => machine.push(null)],
  [0x88, (machine) => machine.push(true)],
  [0x89, (machine) => machine.push(false)],
  [0x4a, (machine) => machine.push(machine.int32())],
  [0x4b, (machine) => machine.push(machine.byte())],
  [0x4d, (machine) => machine.push(machine.uint16())],
  [0x8a, (machine) => machine.push(machine.integer(machine.byte()))], // LONG1
  [0x47, (machine) => machine.push(machine.float64())],
  [0x58, (machine) => machine.push(machine.text(machine.uint32()))], // BINUNICODE
  [0x8c, (machine) => machine.push(machine.text(machine.byte()))], // SHORT_BINUNICODE
  [0x8d, (machine) => machine.push(machine.text(machine.uint64()))], // BINUNICODE8
  [0x5d, (machine) => machine.push({ kind: 'list', items: [] })],
  [0x7d, (machine) => machine.push({ kind: 'dictionary', entries: machine.dictionary() })],
  [0x29, (machine) => machine.push(tuple([]))],
  [0x85, (machine) => machine.push(tuple([machine.pop()]))],
  [0x86, (machine) => machine.push(tuple([machine.pop(), machine.pop()].reverse()))],
  [0x87, (machine) => machine.push(tuple([machine.pop(), machine.pop(), machine.pop()].reverse()))],
  [0x74, (machine) => machine.push(tuple(machine.popToMark()))],
  [0x61, (machine) => machine.append([machine.pop()])],
  [0x65, (machine) => machine.append(machine.popToMark())],
  [0x73, (machine) => machine.setItems([machine.pop(), machine.pop()].reverse())],
  [0x75, (machine) => machine.setItems(machine.popToMark())],
  [0x71, (machine) => machine.store(machine.byte())], // BINPUT
  [0x72, (machine) => machine.store(machine.uint32())], // LONG_BINPUT
  [0x94, (machine) => machine.store(machine.memoSize())], // MEMOIZE
  [0x68, (machine) => machine.recall(machine.byte())], // BINGET
  [0x6a, (machine) => machine.recall(machine.uint32())], // LONG_BINGET
  [0x63, (machine) => machine.pushGlobal(machine.line(), machine.line())],
  [0x93, stackGlobal],
  [0x52, (machine) => machine.reduce()],
  [0x51, (machine) => machine.persistent()],
  [0x62, (machine) => machine.build()],
]);
