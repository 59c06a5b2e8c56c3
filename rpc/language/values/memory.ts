/**
 * The bytes of a session's values: charged before they are allocated, given
 * back when nothing holds them.
 *
 * @module
 */

import { outOfRange, Refusal } from "./error.ts";
import {
  cellAt,
  type IdlPointer,
  type IdlReference,
  type IdlStructure,
  isNumber,
  isPlain,
  type LanguageValue,
  type ObjectValue,
  partsIn,
  POINTER,
  REFERENCE,
  STRUCTURE,
} from "./language_value.ts";
import type { Meter } from "./meter.ts";
import { Scalar } from "./scalar.ts";
import { giveSpare, takeSpare } from "./spare_storage.ts";
import {
  bytesOf,
  elementBytes,
  elementsOf,
  type IdlNumeric,
  type IdlNumericData,
  type IdlNumericType,
  type IdlString,
  IdlType,
  type IdlValue,
  storage,
  viewOf,
} from "./value.ts";

/** IDL's arrays have 1 to 8 dimensions. */
export const MAX_DIMENSIONS = 8;

/**
 * Bytes of all STRINGs of a session: they are the collector's, whose heap has an end that no
 * command survives.
 */
const MAX_TEXT_BYTES = 96 * 1024 ** 2;

/** Where operators and functions get their storage, and what they are charged. */
export interface Workspace {
  /** Zeroed storage, charged before it is allocated. */
  allocate(type: IdlNumericType, shape: readonly number[]): IdlNumeric;
  /** The same, with anything in it: for who writes every element before anyone reads one. */
  allocateUnset(type: IdlNumericType, shape: readonly number[]): IdlNumeric;
  /** An array of strings, charged. */
  strings(shape: readonly number[], data: readonly string[]): IdlString;
  /** Refuses ahead of it what would need more bytes than the session has left. */
  reserve(bytes: number): void;
  /** Charges element operations before they are done. */
  work(operations: number): void;
  /** Whether no variable holds the value, so that its storage may be overwritten. */
  isTemporary(value: IdlValue): boolean;
}

/** Counts the storage of variables and temporaries. */
export class Memory implements Workspace {
  readonly meter: Meter;
  /** What is charged, by buffer (or list of strings), in bytes. */
  readonly #charged = new Map<object, number>();
  /** How many variables hold a buffer. */
  readonly #held = new Map<object, number>();
  /** What is charged and no variable holds, made by the running statement of each routine. */
  readonly #loose: Set<object>[] = [new Set()];
  /** The last of these: that of the running routine. */
  #newest: Set<object> = this.#loose[0]!;
  /** Buffers that no one outside has seen: their memory may serve again when it is given back. */
  #own = new WeakSet<object>();
  #texts = 0;
  /** What structures refer to, by their storage. */
  #references: Map<object, readonly IdlReference[]> | undefined;
  /** References that are to be held, while one is: what they refer to may be a long chain. */
  readonly #toHold: LanguageValue[] = [];
  #isHolding = false;
  /** References that are to be let go, while one is. */
  readonly #waiting: LanguageValue[] = [];
  #isDropping = false;
  /** The bytes of each key that are the collector's. */
  #textsOf: Map<object, number> | undefined;

  constructor(meter: Meter) {
    this.meter = meter;
  }

  /** Zeroed storage, charged before it is allocated. */
  allocate(type: IdlNumericType, shape: readonly number[]): IdlNumeric {
    return this.#allocate(type, shape, true);
  }

  /** Storage with anything in it. */
  allocateUnset(type: IdlNumericType, shape: readonly number[]): IdlNumeric {
    return this.#allocate(type, shape, false);
  }

  #allocate(type: IdlNumericType, shape: readonly number[], isZeroed: boolean): IdlNumeric {
    const count = checkedCount(shape);
    const bytes = count * elementBytes(type);
    this.meter.take(bytes);
    const spare = takeSpare(bytes);
    const value = spare === undefined
      ? { type, shape, data: reserve(type, count, () => this.meter.release(bytes)) }
      : viewOf(type, shape, isZeroed ? new Uint8Array(spare).fill(0) : new Uint8Array(spare));
    this.#own.add(value.data.buffer);
    this.#charge(value.data.buffer, bytes);
    return value;
  }

  /** Notes that values have been shown to someone outside, who may keep them. */
  show(): void {
    this.#own = new WeakSet();
  }

  /** An array of strings, charged. */
  strings(shape: readonly number[], data: readonly string[]): IdlString {
    const value: IdlString = { type: IdlType.STRING, shape, data };
    this.adopt(value);
    return value;
  }

  /** Refuses ahead of it what would need more bytes than the session has left. */
  reserve(bytes: number): void {
    this.meter.take(bytes);
    this.meter.release(bytes);
  }

  /** Charges element operations before they are done. */
  work(operations: number): void {
    this.meter.work(operations);
  }

  #charge(key: object, bytes: number): void {
    this.#charged.set(key, bytes);
    this.#newest.add(key);
  }

  #forget(key: object): void {
    for (let level = this.#loose.length - 1; level >= 0; level--) {
      if (this.#loose[level]!.delete(key)) return;
    }
  }

  /** Charges a value that was allocated elsewhere. */
  adopt(value: LanguageValue): void {
    if (value instanceof Scalar) return;
    const key = storageOf(value);
    if (this.#charged.has(key)) return;
    const { bytes, texts } = sizeIn(value);
    if (texts > 0) this.#takeTexts(texts);
    this.meter.take(bytes);
    this.#charge(key, bytes);
    if (texts > 0) (this.#textsOf ??= new Map()).set(key, texts);
    const cell = cellAt(key);
    if (value.type === STRUCTURE || value.type === POINTER) this.#holdAll(key, value);
    else if (cell === undefined) { for (const part of partsIn(value)) this.#holdReferences(part); }
    else if (cell.value !== undefined) this.#toHold.push(cell.value);
    this.#holdWaiting();
  }

  /** Holds what waits, and what that refers to, one after the other. */
  #holdWaiting(): void {
    if (this.#isHolding) return;
    this.#isHolding = true;
    try {
      for (let next; (next = this.#toHold.pop()) !== undefined;) this.hold(next);
    } finally {
      this.#isHolding = false;
      this.#toHold.length = 0;
    }
  }

  /** Holds what a structure refers to, and lets go what it referred to before. */
  #holdAll(key: object, structure: IdlStructure | IdlPointer): void {
    const before = this.#references?.get(key) ?? [];
    const now = referencesIn(structure);
    for (const reference of now) this.hold(reference);
    for (const reference of before) this.drop(reference);
    if (now.length > 0) (this.#references ??= new Map()).set(key, now);
    else this.#references?.delete(key);
  }

  /** Charges a structure again after something was stored in it. */
  refresh(value: IdlStructure | IdlPointer): void {
    const key = storageOf(value);
    const before = this.#charged.get(key);
    if (before === undefined) return;
    const { bytes, texts } = sizeIn(value);
    this.#takeTexts(texts - (this.#textsOf?.get(key) ?? 0));
    (this.#textsOf ??= new Map()).set(key, texts);
    this.meter.take(Math.max(0, bytes - before));
    this.meter.release(Math.max(0, before - bytes));
    this.#charged.set(key, bytes);
    this.#holdAll(key, value);
  }

  /** Holds what a part of a structure or an object refers to. */
  #holdReferences(part: LanguageValue): void {
    if (part.type === REFERENCE) this.#toHold.push(part);
    else if (part.type === POINTER) this.#toHold.push(...partsIn(part));
    else if (part.type === STRUCTURE) part.data.forEach((below) => this.#holdReferences(below));
  }

  #dropReferences(part: LanguageValue): void {
    if (part.type === REFERENCE) this.#waiting.push(part);
    else if (part.type === POINTER) this.#waiting.push(...partsIn(part));
    else if (part.type === STRUCTURE) part.data.forEach((below) => this.#dropReferences(below));
  }

  /**
   * Charges what a structure or an object holds more than it did, after a change.
   *
   * @param value The structure or the reference.
   * @param added What is in it now and was not before.
   * @param removed What was in it before and is not now.
   */
  changed(
    value: IdlStructure | IdlReference,
    added: LanguageValue | undefined,
    removed: LanguageValue | undefined,
  ): void {
    const key = storageOf(value);
    if (!this.#charged.has(key)) return;
    const more = added === undefined ? NOTHING : partSize(added);
    const less = removed === undefined ? NOTHING : partSize(removed);
    this.#takeTexts(more.texts - less.texts);
    this.meter.take(Math.max(0, more.bytes - less.bytes));
    this.meter.release(Math.max(0, less.bytes - more.bytes));
    this.#charged.set(key, this.#charged.get(key)! + more.bytes - less.bytes);
    this.#textsOf ??= new Map();
    this.#textsOf.set(key, (this.#textsOf.get(key) ?? 0) + more.texts - less.texts);
    if (added !== undefined) this.#holdReferences(added);
    this.#holdWaiting();
    if (removed === undefined) return;
    this.#dropReferences(removed);
    this.#dropWaiting();
  }

  #takeTexts(bytes: number): void {
    if (this.#texts + bytes > MAX_TEXT_BYTES) {
      throw new Refusal(
        "limit",
        `Cannot hold ${bytes} bytes of text: ${this.#texts} of the ${MAX_TEXT_BYTES} that STRINGs ` +
          "may take are in use",
      );
    }
    this.#texts += bytes;
  }

  #giveBack(key: object, bytes: number): void {
    this.#charged.delete(key);
    this.#forget(key);
    this.#texts -= this.#textsOf?.get(key) ?? 0;
    this.#textsOf?.delete(key);
    this.meter.release(bytes);
    for (const part of this.#references?.get(key) ?? partsOfObject(key)) {
      this.#dropReferences(part);
    }
    this.#references?.delete(key);
    const held = cellAt(key)?.value;
    if (held !== undefined) this.#waiting.push(held);
    this.#dropWaiting();
    if (this.#own.delete(key)) giveSpare(key as ArrayBuffer);
  }

  /** Lets go what waits, and what that refers to, one after the other: a list may be a long chain. */
  #dropWaiting(): void {
    if (this.#isDropping) return;
    this.#isDropping = true;
    try {
      for (let next; (next = this.#waiting.pop()) !== undefined;) this.drop(next);
    } finally {
      this.#isDropping = false;
    }
  }

  /** Whether no variable holds the value. */
  isTemporary(value: LanguageValue): boolean {
    if (value instanceof Scalar) return false;
    const key = storageOf(value);
    return this.#charged.has(key) && !this.#held.has(key);
  }

  /** Notes that a variable holds the value. */
  hold(value: LanguageValue): void {
    if (value instanceof Scalar) return;
    this.adopt(value);
    const key = storageOf(value);
    const holders = this.#held.get(key) ?? 0;
    this.#held.set(key, holders + 1);
    if (holders === 0) this.#forget(key);
  }

  /** Notes that a variable no longer holds the value, and gives it back if none does. */
  drop(value: LanguageValue): void {
    if (value instanceof Scalar) return;
    this.unhold(value);
    this.release(value);
  }

  /** Notes that a variable no longer holds the value, which is a temporary if none does. */
  unhold(value: LanguageValue): void {
    if (value instanceof Scalar) return;
    const key = storageOf(value);
    const holders = this.#held.get(key) ?? 0;
    if (holders > 1) this.#held.set(key, holders - 1);
    else if (this.#held.delete(key) && this.#charged.has(key)) this.#newest.add(key);
  }

  /** Gives back a temporary; a value that a variable holds stays. */
  release(value: LanguageValue): void {
    if (value instanceof Scalar) return;
    const key = storageOf(value);
    if (this.#held.has(key)) return;
    const bytes = this.#charged.get(key);
    if (bytes !== undefined) this.#giveBack(key, bytes);
  }

  /** Gives back every temporary of the running routine, at the end of a statement. */
  sweep(): void {
    const loose = this.#newest;
    if (loose.size === 0) return;
    for (const key of loose) this.#giveBack(key, this.#charged.get(key) ?? 0);
    loose.clear();
  }

  /** Begins a routine, whose statements leave the temporaries of who called it alone. */
  enter(): void {
    this.#newest = new Set();
    this.#loose.push(this.#newest);
  }

  /** Ends a routine: its result, if it is a temporary, is its caller's from now on. */
  leave(result: LanguageValue | undefined): void {
    const loose = this.#newest;
    const kept = result === undefined || result instanceof Scalar ? undefined : storageOf(result);
    const stays = kept !== undefined && loose.delete(kept);
    this.sweep();
    this.#loose.pop();
    this.#newest = this.#loose.at(-1)!;
    if (stays) this.#newest.add(kept);
  }

  /** Gives back every temporary of every routine, at the end of a command. */
  end(): void {
    while (this.#loose.length > 1) this.leave(undefined);
    this.sweep();
  }
}

/** Storage, or a refusal where the machine has none left. */
function reserve(type: IdlNumericType, count: number, giveUp: () => void): IdlNumericData {
  try {
    return storage(type, count);
  } catch (error) {
    giveUp();
    if (!(error instanceof RangeError)) throw error;
    throw new Refusal("limit", `Cannot allocate ${count * elementBytes(type)} bytes`);
  }
}

/** What identifies the storage of a value. */
export function storageOf(value: LanguageValue): object {
  return isNumber(value) ? value.data.buffer : value.data;
}

/** Bytes that an element of a structure or an object takes besides its own. */
const PART_BYTES = 100;

const NOTHING = { bytes: 0, texts: 0 };

/** The bytes of a value, and how many of them are the collector's. */
function sizeIn(value: LanguageValue): { bytes: number; texts: number } {
  if (value instanceof Scalar) return NOTHING;
  if (isPlain(value)) {
    const bytes = bytesOf(value);
    return { bytes, texts: value.type === IdlType.STRING ? bytes : 0 };
  }
  let bytes = PART_BYTES;
  let texts = PART_BYTES;
  for (const part of partsIn(value)) {
    const own = partSize(part);
    bytes += own.bytes;
    texts += own.texts;
  }
  return { bytes, texts };
}

/** What a value takes as a part of another one; what it refers to is counted by itself. */
function partSize(part: LanguageValue): { bytes: number; texts: number } {
  const { bytes, texts } = part.type === REFERENCE ? NOTHING : sizeIn(part);
  return { bytes: bytes + PART_BYTES, texts: texts + PART_BYTES };
}

/** The values in an object. */
function partsOfObject(key: object): readonly LanguageValue[] {
  return "kind" in key && cellAt(key) === undefined
    ? partsIn({ type: REFERENCE, shape: [], data: key as ObjectValue })
    : [];
}

/** What a structure refers to, and where pointers lead. */
function referencesIn(value: IdlStructure | IdlPointer): IdlReference[] {
  if (value.type === POINTER) return partsIn(value) as IdlReference[];
  return value.data.flatMap((part) =>
    part.type === REFERENCE
      ? [part]
      : part.type === STRUCTURE || part.type === POINTER
      ? referencesIn(part)
      : []
  );
}

/**
 * The elements of a shape.
 *
 * @throws Refusal for what no array can be: a dimension that is no positive
 * whole number, more than 8 of them, more elements than can be counted.
 */
export function checkedCount(shape: readonly number[]): number {
  if (shape.length > MAX_DIMENSIONS) {
    outOfRange(`Cannot make an array of ${shape.length} dimensions: at most 8 are possible`);
  }
  for (const length of shape) {
    if (!(length >= 1 && Number.isInteger(length))) {
      outOfRange(`Cannot make an array with a dimension of ${length}: it must be at least 1`);
    }
  }
  const count = elementsOf(shape);
  if (!Number.isSafeInteger(count)) {
    outOfRange(`Cannot make an array of ${count} elements: that is more than can be counted`);
  }
  return count;
}
