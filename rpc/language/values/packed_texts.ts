/**
 * The texts of a STRING array in two pieces of memory, which move between threads at no cost.
 *
 * @module
 */

import type { IdlString } from "./value.ts";

/** The texts of a STRING scalar or array. */
export interface PackedTexts {
  /** The type code of STRING. */
  readonly type: 7;
  /** The dimensions, the fastest first. */
  readonly shape: readonly number[];
  /** The UTF-16 units of all texts, one behind the other. */
  readonly units: ArrayBuffer;
  /** Where each text ends, in units, as 32-bit numbers. */
  readonly ends: ArrayBuffer;
  /** The same as JSON in UTF-8, where it will be needed. */
  readonly json?: ArrayBuffer | undefined;
}

/** Texts are taken apart at once up to this many elements. */
const MAX_EAGER = 256;

/** UTF-16 units that are made into one text before it is cut. */
const MAX_UNITS_AT_ONCE = 8_192;

/** A STRING array whose texts are still packed; asking for its `data` unpacks them. */
export class StillPackedTexts implements IdlString {
  readonly type = 7 as const;
  readonly shape: readonly number[];
  /** The texts. */
  readonly packed: PackedTexts;
  #data: readonly string[] | undefined;

  constructor(packed: PackedTexts) {
    this.shape = packed.shape;
    this.packed = packed;
  }

  get data(): readonly string[] {
    return this.#data ??= textsIn(this.packed, 0, this.packed.ends.byteLength / 4);
  }

  /** Bytes of the texts, in memory that is not the collector's. */
  get bytes(): number {
    return this.packed.units.byteLength + this.packed.ends.byteLength;
  }
}

/** Packs the texts of a value; those that are still packed as they are. */
export function packTexts(value: IdlString): PackedTexts {
  if (value instanceof StillPackedTexts) return value.packed;
  const { shape, data } = value;
  const ends = new Uint32Array(data.length);
  let length = 0;
  for (let i = 0; i < data.length; i++) ends[i] = length += data[i]!.length;
  const units = new Uint16Array(length);
  let at = 0;
  for (const text of data) {
    for (let i = 0; i < text.length; i++) units[at++] = text.charCodeAt(i);
  }
  return { type: 7, shape, units: units.buffer, ends: ends.buffer };
}

/** The value that was packed; a large one stays so until somebody asks for its texts. */
export function unpackTexts(packed: PackedTexts): IdlString {
  const count = packed.ends.byteLength / 4;
  if (count > MAX_EAGER) return new StillPackedTexts(packed);
  return { type: 7, shape: packed.shape, data: textsIn(packed, 0, count) };
}

/** The buffers of packed texts. */
export function buffersOf({ units, ends, json }: PackedTexts): ArrayBuffer[] {
  return json === undefined ? [units, ends] : [units, ends, json];
}

/** What identifies the texts of a value, without unpacking them. */
export function textsOf(value: IdlString | { readonly data: object }): object {
  return value instanceof StillPackedTexts ? value.packed.units : value.data;
}

/**
 * Some of the texts.
 *
 * @param packed The texts.
 * @param from The first one, from 0.
 * @param to Behind the last one.
 */
export function textsIn({ units, ends }: PackedTexts, from: number, to: number): string[] {
  const all = new Uint16Array(units);
  const stops = new Uint32Array(ends);
  const texts = new Array<string>(to - from);
  let start = from === 0 ? 0 : stops[from - 1]!;
  for (let i = from; i < to;) {
    // Many short texts are made as one and cut, which takes a fifth of the time.
    let next = i;
    while (next < to && stops[next]! - start <= MAX_UNITS_AT_ONCE) next++;
    if (next === i) {
      texts[i - from] = longText(all, start, stops[i]!);
      start = stops[i++]!;
      continue;
    }
    const joined = String.fromCharCode(...all.subarray(start, stops[next - 1]!));
    for (let at = 0; i < next; i++) {
      const length = stops[i]! - start - at;
      texts[i - from] = joined.slice(at, at += length);
    }
    start = stops[next - 1]!;
  }
  return texts;
}

function longText(units: Uint16Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at += MAX_UNITS_AT_ONCE) {
    text += String.fromCharCode(...units.subarray(at, Math.min(to, at + MAX_UNITS_AT_ONCE)));
  }
  return text;
}
