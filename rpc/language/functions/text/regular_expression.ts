/**
 * Extended regular expressions as POSIX 1003.2 defines them, in time that grows with the text's
 * length times the expression's: every thread of a match goes forward at once (Pike's machine).
 *
 * @module
 */

import { Refusal, refuse } from "../../values/error.ts";

/** Instructions of an expression at most: bounds such as `{1,200}` write one out many times. */
const MAX_INSTRUCTIONS = 4096;

/** What a bound may be at most (RE_DUP_MAX). */
const MAX_REPEATS = 255;

/** Brackets within each other at most. */
const MAX_DEPTH = 100;

/** Repetitions of one atom at most, such as the two of `a+*`. */
const MAX_STACKED = 8;

/** Groups of an expression at most. */
const MAX_GROUPS = 64;

/** One step of the machine. */
type Instruction =
  | { readonly kind: "set"; readonly members: CharacterSet }
  | { readonly kind: "split"; readonly first: number; readonly second: number }
  | { readonly kind: "jump"; readonly to: number }
  | { readonly kind: "save"; readonly slot: number }
  | { readonly kind: "assert"; readonly what: "begin" | "end" | "word begin" | "word end" }
  | { readonly kind: "match" };

type Node =
  | { readonly kind: "set"; readonly members: CharacterSet }
  | { readonly kind: "assert"; readonly what: "begin" | "end" | "word begin" | "word end" }
  | { readonly kind: "group"; readonly index: number; readonly inner: Node }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  | {
    readonly kind: "repeat";
    readonly inner: Node;
    readonly least: number;
    readonly most: number;
  };

/** UTF-16 units that match: ranges of them, or all others. */
class CharacterSet {
  readonly ranges: readonly (readonly [number, number])[];
  readonly negated: boolean;
  readonly #small = new Uint8Array(256);
  readonly #fold: boolean;

  constructor(ranges: readonly (readonly [number, number])[], negated: boolean, fold: boolean) {
    this.ranges = ranges;
    this.negated = negated;
    this.#fold = fold;
    for (let unit = 0; unit < 256; unit++) this.#small[unit] = this.#find(unit) ? 1 : 0;
  }

  has(unit: number): boolean {
    return unit < 256 ? this.#small[unit] === 1 : this.#find(unit);
  }

  #find(unit: number): boolean {
    const one = (own: number): boolean =>
      this.ranges.some(([from, to]) => own >= from && own <= to);
    if (!this.#fold) return one(unit) !== this.negated;
    const text = String.fromCharCode(unit);
    const found = one(unit) || one(text.toLowerCase().charCodeAt(0)) ||
      one(text.toUpperCase().charCodeAt(0));
    return found !== this.negated;
  }
}

const CLASSES: { readonly [name: string]: readonly (readonly [number, number])[] | undefined } = {
  alpha: [[65, 90], [97, 122]],
  digit: [[48, 57]],
  alnum: [[48, 57], [65, 90], [97, 122]],
  upper: [[65, 90]],
  lower: [[97, 122]],
  space: [[9, 13], [32, 32]],
  blank: [[9, 9], [32, 32]],
  punct: [[33, 47], [58, 64], [91, 96], [123, 126]],
  print: [[32, 126]],
  graph: [[33, 126]],
  cntrl: [[0, 31], [127, 127]],
  xdigit: [[48, 57], [65, 70], [97, 102]],
};

class Parser {
  readonly text: string;
  readonly fold: boolean;
  groups = 0;
  #at = 0;
  #depth = 0;

  constructor(text: string, fold: boolean) {
    this.text = text;
    this.fold = fold;
  }

  whole(): Node {
    const node = this.#choice();
    if (this.#at < this.text.length) this.#refuse("a bracket is closed that was not opened");
    return node;
  }

  #refuse(reason: string): never {
    const shown = JSON.stringify(this.text.slice(0, 80));
    return refuse(`Cannot use the regular expression ${shown}: ${reason}`);
  }

  #choice(): Node {
    if (++this.#depth > MAX_DEPTH) this.#refuse(`it nests more than ${MAX_DEPTH} brackets`);
    const parts = [this.#sequence()];
    while (this.text[this.#at] === "|") {
      this.#at++;
      parts.push(this.#sequence());
    }
    this.#depth--;
    return parts.length === 1 ? parts[0]! : { kind: "choice", parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.text.length && !"|)".includes(this.text[this.#at]!)) {
      parts.push(this.#repeated(this.#atom()));
    }
    return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
  }

  #repeated(atom: Node): Node {
    let node = atom;
    for (let repeats = 0;; repeats++) {
      if (repeats > MAX_STACKED) this.#refuse("it repeats repetitions of repetitions");
      const next = this.text[this.#at];
      if (next === "*") node = { kind: "repeat", inner: node, least: 0, most: Infinity };
      else if (next === "+") node = { kind: "repeat", inner: node, least: 1, most: Infinity };
      else if (next === "?") node = { kind: "repeat", inner: node, least: 0, most: 1 };
      else if (next === "{" && /\d/.test(this.text[this.#at + 1] ?? "")) {
        node = this.#bounded(node);
        continue;
      } else return node;
      this.#at++;
    }
  }

  #bounded(inner: Node): Node {
    const pattern = /\{(\d+)(,(\d*))?\}/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match === null) return this.#refuse("a bound has no end");
    this.#at = pattern.lastIndex;
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === "" ? Infinity : Number(match[3]);
    if (least > MAX_REPEATS || most !== Infinity && most > MAX_REPEATS || most < least) {
      this.#refuse(`a bound is beyond ${MAX_REPEATS}, or its ends are exchanged`);
    }
    return { kind: "repeat", inner, least, most };
  }

  #atom(): Node {
    const character = this.text[this.#at++]!;
    switch (character) {
      case "(": {
        const index = ++this.groups;
        if (index > MAX_GROUPS) this.#refuse(`it has more than ${MAX_GROUPS} groups`);
        const inner = this.#choice();
        if (this.text[this.#at++] !== ")") this.#refuse("a bracket is not closed");
        return { kind: "group", index, inner };
      }
      case "[":
        return this.#set();
      case ".":
        return { kind: "set", members: new CharacterSet([], true, false) };
      case "^":
        return { kind: "assert", what: "begin" };
      case "$":
        return { kind: "assert", what: "end" };
      case "*":
      case "+":
      case "?":
        return this.#refuse(`nothing stands before ${character}`);
      case "\\": {
        const escaped = this.text[this.#at++];
        if (escaped === undefined) return this.#refuse("a backslash ends it");
        return this.#literal(escaped);
      }
      default:
        return this.#literal(character);
    }
  }

  #literal(character: string): Node {
    const unit = character.charCodeAt(0);
    return { kind: "set", members: new CharacterSet([[unit, unit]], false, this.fold) };
  }

  #set(): Node {
    const word = /\[:([<>]):\]\]/y;
    word.lastIndex = this.#at;
    const boundary = word.exec(this.text);
    if (boundary !== null) {
      this.#at = word.lastIndex;
      return { kind: "assert", what: boundary[1] === "<" ? "word begin" : "word end" };
    }
    const negated = this.text[this.#at] === "^";
    if (negated) this.#at++;
    const ranges: (readonly [number, number])[] = [];
    for (let first = true;; first = false) {
      const character = this.text[this.#at];
      if (character === undefined) return this.#refuse("a set of characters is not closed");
      if (character === "]" && !first) break;
      const named = this.#className();
      if (named !== undefined) {
        ranges.push(...named);
        continue;
      }
      this.#at++;
      const from = character.charCodeAt(0);
      const end = this.text[this.#at + 1];
      if (this.text[this.#at] === "-" && end !== undefined && end !== "]") {
        this.#at += 2;
        const to = end.charCodeAt(0);
        if (to < from) this.#refuse(`the range ${character}-${end} is empty`);
        ranges.push([from, to]);
      } else ranges.push([from, from]);
    }
    this.#at++;
    return { kind: "set", members: new CharacterSet(ranges, negated, this.fold) };
  }

  #className(): readonly (readonly [number, number])[] | undefined {
    const pattern = /\[([:.=])([a-z]+|.)\1\]/y;
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match === null) return undefined;
    const [, kind, name] = match;
    this.#at = pattern.lastIndex;
    if (kind !== ":") {
      const unit = name!.length === 1 ? name!.charCodeAt(0) : this.#refuse(`there is no ${name}`);
      return [[unit, unit]];
    }
    return CLASSES[name!] ?? this.#refuse(`there is no class of characters ${name}`);
  }
}

/** Writes a node's instructions. */
function compile(node: Node, program: Instruction[]): void {
  if (program.length > MAX_INSTRUCTIONS) {
    throw new Refusal("limit", "Cannot use the regular expression: its bounds make it too long");
  }
  switch (node.kind) {
    case "set":
    case "assert":
      program.push(node);
      return;
    case "group":
      program.push({ kind: "save", slot: 2 * node.index });
      compile(node.inner, program);
      program.push({ kind: "save", slot: 2 * node.index + 1 });
      return;
    case "sequence":
      for (const part of node.parts) compile(part, program);
      return;
    case "choice":
      compileChoice(node.parts, program);
      return;
    case "repeat":
      compileRepeat(node, program);
  }
}

function compileChoice(parts: readonly Node[], program: Instruction[]): void {
  const ends: number[] = [];
  for (const [i, part] of parts.entries()) {
    if (i === parts.length - 1) {
      compile(part, program);
      break;
    }
    const split = program.push({ kind: "match" }) - 1;
    compile(part, program);
    ends.push(program.push({ kind: "match" }) - 1);
    program[split] = { kind: "split", first: split + 1, second: program.length };
  }
  for (const end of ends) program[end] = { kind: "jump", to: program.length };
}

function compileRepeat(node: Node & { kind: "repeat" }, program: Instruction[]): void {
  for (let i = 0; i < node.least; i++) compile(node.inner, program);
  if (node.most === Infinity) {
    const split = program.push({ kind: "match" }) - 1;
    compile(node.inner, program);
    program.push({ kind: "jump", to: split });
    program[split] = { kind: "split", first: split + 1, second: program.length };
    return;
  }
  const splits: number[] = [];
  for (let i = node.least; i < node.most; i++) {
    splits.push(program.push({ kind: "match" }) - 1);
    compile(node.inner, program);
  }
  for (const split of splits) {
    program[split] = { kind: "split", first: split + 1, second: program.length };
  }
}

/** Threads at one place of the text, in the order of their preference. */
interface Threads {
  readonly list: Int32Array;
  readonly slots: Int32Array;
  count: number;
}

/** A compiled regular expression. */
export class RegularExpression {
  /** Groups in brackets. */
  readonly groups: number;
  readonly #program: readonly Instruction[];
  readonly #width: number;
  readonly #marks: Int32Array;
  readonly #stack: Int32Array;
  #mark = 0;
  #now: Threads;
  #next: Threads;

  /**
   * Compiles an expression.
   *
   * @param text The expression.
   * @param fold Whether capitals and small letters are the same.
   * @throws Refusal for what is no expression, or too long a one.
   */
  constructor(text: string, fold: boolean) {
    const parser = new Parser(text, fold);
    const tree = parser.whole();
    const program: Instruction[] = [{ kind: "save", slot: 0 }];
    compile(tree, program);
    program.push({ kind: "save", slot: 1 }, { kind: "match" });
    this.#program = program;
    this.groups = parser.groups;
    this.#width = 2 * (parser.groups + 1);
    this.#marks = new Int32Array(program.length);
    this.#stack = new Int32Array(3 * program.length + 8);
    const threads = (): Threads => ({
      list: new Int32Array(program.length),
      slots: new Int32Array(program.length * this.#width),
      count: 0,
    });
    this.#now = threads();
    this.#next = threads();
  }

  /** What a search costs at most for each unit of a text, in operations. */
  get cost(): number {
    return 8 * this.#program.length + 2 * this.#program.length * this.#width;
  }

  /**
   * The first match that is the longest there: begin and end of it and of each group, -1 for a
   * group that took no part.
   *
   * @param text The text.
   * @param from Where to begin.
   * @param work Charges operations, now and then.
   */
  search(text: string, from: number, work: (operations: number) => void): Int32Array | undefined {
    const width = this.#width;
    const own = new Int32Array(width);
    let best: Int32Array | undefined;
    this.#now.count = 0;
    this.#mark++;
    for (let at = from;; at++) {
      if ((at - from) % 256 === 0) work(Math.min(256, text.length - at + 1) * this.cost);
      if (best === undefined) {
        own.fill(-1);
        this.#add(this.#now, 0, text, at, own);
      }
      if (this.#now.count === 0 && best !== undefined) return best;
      this.#mark++;
      this.#next.count = 0;
      const unit = at < text.length ? text.charCodeAt(at) : -1;
      for (let k = 0; k < this.#now.count; k++) {
        const slots = this.#now.slots.subarray(k * width, (k + 1) * width);
        // A match begins before those of the threads that began later.
        if (best !== undefined && slots[0]! > best[0]!) break;
        const instruction = this.#program[this.#now.list[k]!]!;
        if (instruction.kind === "match") {
          if (best === undefined || slots[0]! < best[0]! || slots[1]! > best[1]!) {
            best = slots.slice();
          }
        } else if (instruction.kind === "set" && unit >= 0 && instruction.members.has(unit)) {
          own.set(slots);
          this.#add(this.#next, this.#now.list[k]! + 1, text, at + 1, own);
        }
      }
      [this.#now, this.#next] = [this.#next, this.#now];
      if (at >= text.length) return best;
    }
  }

  /** Adds a thread and all that it comes to without a character, the preferred ones first. */
  #add(threads: Threads, start: number, text: string, at: number, slots: Int32Array): void {
    const stack = this.#stack;
    let top = 0;
    stack[top++] = start;
    while (top > 0) {
      const place = stack[--top]!;
      if (place < 0) {
        // Gives a slot back the place that it had.
        const slot = -place - 1;
        slots[slot] = stack[--top]!;
        continue;
      }
      if (this.#marks[place] === this.#mark) continue;
      this.#marks[place] = this.#mark;
      const instruction = this.#program[place]!;
      switch (instruction.kind) {
        case "jump":
          stack[top++] = instruction.to;
          break;
        case "split":
          stack[top++] = instruction.second;
          stack[top++] = instruction.first;
          break;
        case "save":
          stack[top++] = slots[instruction.slot]!;
          stack[top++] = -instruction.slot - 1;
          slots[instruction.slot] = at;
          stack[top++] = place + 1;
          break;
        case "assert":
          if (holds(instruction.what, text, at)) stack[top++] = place + 1;
          break;
        default: {
          const k = threads.count++;
          threads.list[k] = place;
          threads.slots.set(slots, k * this.#width);
        }
      }
    }
  }
}

function holds(
  what: "begin" | "end" | "word begin" | "word end",
  text: string,
  at: number,
): boolean {
  if (what === "begin") return at === 0;
  if (what === "end") return at === text.length;
  const before = isWord(text.charCodeAt(at - 1));
  const behind = isWord(text.charCodeAt(at));
  return what === "word begin" ? !before && behind : before && !behind;
}

function isWord(unit: number): boolean {
  return unit >= 48 && unit <= 57 || unit >= 65 && unit <= 90 || unit === 95 ||
    unit >= 97 && unit <= 122;
}
