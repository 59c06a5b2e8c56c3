import type { BufferPool } from "./buffer_pool.ts";
import {
  contentsOf,
  isNumber,
  isPlain,
  type LanguageValue,
} from "../language/values/language_value.ts";
import { bytesOf, isNumeric } from "../language/values/value.ts";
import { StillPackedTexts, textsOf } from "../language/values/packed_texts.ts";
import type { MemoryLedger } from "./memory_ledger.ts";

/** The variables of one connection. The server's ledger counts their bytes, shared memory once. */
export class VariableStore {
  #ledger: MemoryLedger;
  #buffers: BufferPool;
  #values = new Map<string, LanguageValue>();
  #bytes = 0;

  /**
   * Makes an empty store.
   *
   * @param ledger Counts the bytes.
   * @param buffers Takes memory that no variable needs any more.
   */
  constructor(ledger: MemoryLedger, buffers: BufferPool) {
    this.#ledger = ledger;
    this.#buffers = buffers;
  }

  /** Bytes of the variables. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The variables, by their names in capitals. */
  get values(): ReadonlyMap<string, LanguageValue> {
    return this.#values;
  }

  /** Makes variables hold values. */
  keep(values: ReadonlyMap<string, LanguageValue>): void {
    for (const [name, value] of values) this.#values.set(name, value);
    this.#count();
  }

  /**
   * Takes variables away because their values move to another thread and come back, changed
   * or not; until the next change they are counted.
   */
  lend(names: Iterable<string>): void {
    for (const name of names) this.#values.delete(name);
  }

  /** Drops one variable, whose value is about to be replaced. */
  drop(name: string): void {
    const value = this.#values.get(name);
    if (value === undefined) return;
    this.#values.delete(name);
    this.free([value]);
    this.#count();
  }

  /** Forgets all variables. */
  clear(): void {
    this.#values.clear();
    this.#count();
  }

  /** Whether a variable holds the memory of a value. */
  holds(value: LanguageValue): boolean {
    for (const variable of this.#values.values()) {
      if (memoryOf(variable) === memoryOf(value)) return true;
    }
    return false;
  }

  /** Gives the memory of values that no variable holds back now, not when the collector gets to it. */
  free(values: readonly LanguageValue[]): void {
    for (const value of values) {
      if (isNumber(value) && !this.holds(value)) this.#buffers.give(value.data.buffer);
    }
  }

  #count(): void {
    const now = bytesOfAll(this.#values.values());
    if (now > this.#bytes) this.#ledger.add(now - this.#bytes);
    else if (now < this.#bytes) this.#ledger.release(this.#bytes - now);
    this.#bytes = now;
  }
}

/** Bytes of a structure or an object besides those of its parts. */
const PART_BYTES = 100;

/** The bytes of values, each piece of memory once. */
export function bytesOfAll(values: Iterable<LanguageValue>): number {
  const seen = new Set<object>();
  let bytes = 0;
  const all = [...values];
  for (let i = 0; i < all.length; i++) {
    const value = all[i]!;
    const memory = memoryOf(value);
    if (seen.has(memory)) continue;
    seen.add(memory);
    if (!isPlain(value)) {
      bytes += PART_BYTES;
      for (const part of contentsOf(value)) all.push(part);
      continue;
    }
    bytes += isNumeric(value)
      ? value.data.buffer.byteLength
      : value instanceof StillPackedTexts
      ? value.bytes
      : bytesOf(value);
  }
  return bytes;
}

function memoryOf(value: LanguageValue): object {
  return isNumber(value) ? value.data.buffer : isPlain(value) ? textsOf(value) : value.data;
}
