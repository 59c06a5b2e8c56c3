/**
 * The bytes of a session's values: charged before they are allocated, given
 * back when nothing holds them.
 *
 * @module
 */

import { outOfRange, Refusal } from "./error.ts";
import type { Meter } from "./meter.ts";
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
  isNumeric,
  storage,
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
  /** New zeroed storage, charged before it is allocated. */
  allocate(type: IdlNumericType, shape: readonly number[]): IdlNumeric;
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
  #texts = 0;

  constructor(meter: Meter) {
    this.meter = meter;
  }

  /** New zeroed storage, charged before it is allocated. */
  allocate(type: IdlNumericType, shape: readonly number[]): IdlNumeric {
    const count = checkedCount(shape);
    const bytes = count * elementBytes(type);
    this.meter.take(bytes);
    const data = reserve(type, count, () => this.meter.release(bytes));
    this.#charged.set(data.buffer, bytes);
    return { type, shape, data };
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

  /** Charges a value that was allocated elsewhere. */
  adopt(value: IdlValue): void {
    const key = storageOf(value);
    if (this.#charged.has(key)) return;
    const bytes = bytesOf(value);
    if (value.type === IdlType.STRING) this.#takeTexts(bytes);
    this.meter.take(bytes);
    this.#charged.set(key, bytes);
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
    if (Array.isArray(key)) this.#texts -= bytes;
    this.meter.release(bytes);
  }

  /** Whether no variable holds the value. */
  isTemporary(value: IdlValue): boolean {
    const key = storageOf(value);
    return this.#charged.has(key) && !this.#held.has(key);
  }

  /** Notes that a variable holds the value. */
  hold(value: IdlValue): void {
    this.adopt(value);
    const key = storageOf(value);
    this.#held.set(key, (this.#held.get(key) ?? 0) + 1);
  }

  /** Notes that a variable no longer holds the value, and gives it back if none does. */
  drop(value: IdlValue): void {
    this.unhold(value);
    this.release(value);
  }

  /** Notes that a variable no longer holds the value, which is a temporary if none does. */
  unhold(value: IdlValue): void {
    const key = storageOf(value);
    const holders = this.#held.get(key) ?? 0;
    if (holders > 1) this.#held.set(key, holders - 1);
    else this.#held.delete(key);
  }

  /** Gives back a temporary; a value that a variable holds stays. */
  release(value: IdlValue): void {
    const key = storageOf(value);
    if (this.#held.has(key)) return;
    const bytes = this.#charged.get(key);
    if (bytes !== undefined) this.#giveBack(key, bytes);
  }

  /** Gives back every temporary, at the end of a command. */
  sweep(): void {
    for (const [key, bytes] of this.#charged) {
      if (!this.#held.has(key)) this.#giveBack(key, bytes);
    }
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
export function storageOf(value: IdlValue): object {
  return isNumeric(value) ? value.data.buffer : value.data;
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
