/**
 * Moves elements that do not lie side by side.
 *
 * @module
 */

import { type IdlNumericData, type IdlNumericType, IdlType } from "./value.ts";

/**
 * The elements of a numeric value as units that are moved and not computed
 * with: no bits change, and five loops serve eleven types.
 */
export interface Units {
  readonly data:
    | Uint8Array<ArrayBuffer>
    | Uint16Array<ArrayBuffer>
    | Uint32Array<ArrayBuffer>
    | Float64Array<ArrayBuffer>
    | BigUint64Array<ArrayBuffer>;
  /** Units in one element: 2 for the complex types. */
  readonly width: 1 | 2;
}

/** The elements of a type as units. */
export function unitsOf(type: IdlNumericType, data: IdlNumericData): Units {
  const { buffer, byteOffset, length } = data;
  switch (type) {
    case IdlType.BYTE:
      return { data: data as Uint8Array<ArrayBuffer>, width: 1 };
    case IdlType.INT:
    case IdlType.UINT:
      return { data: new Uint16Array(buffer, byteOffset, length), width: 1 };
    case IdlType.LONG:
    case IdlType.ULONG:
    case IdlType.FLOAT:
      return { data: new Uint32Array(buffer, byteOffset, length), width: 1 };
    case IdlType.COMPLEX:
      return { data: new Uint32Array(buffer, byteOffset, length), width: 2 };
    case IdlType.DOUBLE:
      return { data: data as Float64Array<ArrayBuffer>, width: 1 };
    case IdlType.DCOMPLEX:
      return { data: data as Float64Array<ArrayBuffer>, width: 2 };
    case IdlType.LONG64:
    case IdlType.ULONG64:
      return { data: new BigUint64Array(buffer, byteOffset, length), width: 1 };
  }
}

/**
 * Copies the elements `source[base + list[i]]` to `target[at + i]`.
 *
 * @param source Where they come from.
 * @param base Added to each index.
 * @param list The indices.
 * @param count How many of the list.
 * @param target Where they go, in units of the same kind.
 * @param at The first element that is written.
 */
export function gather(
  source: Units,
  base: number,
  list: Uint32Array,
  count: number,
  target: Units,
  at: number,
): void {
  const wide = source.width === 2;
  const from = source.data;
  const to = target.data;
  if (from instanceof Uint8Array) return gather8(from, base, list, count, to as Uint8Array, at);
  if (from instanceof Uint16Array) return gather16(from, base, list, count, to as Uint16Array, at);
  if (from instanceof Uint32Array) {
    if (wide) return gatherPairs32(from, base, list, count, to as Uint32Array, at);
    return gather32(from, base, list, count, to as Uint32Array, at);
  }
  if (from instanceof Float64Array) {
    if (wide) return gatherPairsDouble(from, base, list, count, to as Float64Array, at);
    return gatherDouble(from, base, list, count, to as Float64Array, at);
  }
  gather64(from, base, list, count, to as BigUint64Array, at);
}

/**
 * Copies the elements `source[at + i]` to `target[base + list[i]]`.
 *
 * @param source Where they come from.
 * @param at The first element that is read.
 * @param target Where they go, in units of the same kind.
 * @param base Added to each index.
 * @param list The indices.
 * @param count How many of the list.
 */
export function scatter(
  source: Units,
  at: number,
  target: Units,
  base: number,
  list: Uint32Array,
  count: number,
): void {
  const { width } = source;
  const from = source.data;
  const to = target.data;
  if (from instanceof Uint8Array) {
    return scatter8(from, at, to as Uint8Array, base, list, count, width);
  }
  if (from instanceof Uint16Array) {
    return scatter16(from, at, to as Uint16Array, base, list, count, width);
  }
  if (from instanceof Uint32Array) {
    return scatter32(from, at, to as Uint32Array, base, list, count, width);
  }
  if (from instanceof Float64Array) {
    return scatterDouble(from, at, to as Float64Array, base, list, count, width);
  }
  scatter64(from, at, to as BigUint64Array, base, list, count, width);
}

// Each loop is a function of its own, so that it sees one kind of array only.

/** Copies `from[base + list[i]]` to `to[at + i]`. */
type Gather<T> = (
  from: T,
  base: number,
  list: Uint32Array,
  count: number,
  to: T,
  at: number,
) => void;

/** Copies `from[at + i]` to `to[base + list[i]]`, each of `width` units. */
type Scatter<T> = (
  from: T,
  at: number,
  to: T,
  base: number,
  list: Uint32Array,
  count: number,
  width: number,
) => void;

const gather8: Gather<Uint8Array> = (from, base, list, count, to, at) => {
  for (let i = 0; i < count; i++) to[at + i] = from[base + list[i]!]!;
};

const gather16: Gather<Uint16Array> = (from, base, list, count, to, at) => {
  for (let i = 0; i < count; i++) to[at + i] = from[base + list[i]!]!;
};

const gather32: Gather<Uint32Array> = (from, base, list, count, to, at) => {
  for (let i = 0; i < count; i++) to[at + i] = from[base + list[i]!]!;
};

const gatherPairs32: Gather<Uint32Array> = (from, base, list, count, to, at) => {
  for (let i = 0; i < count; i++) {
    const index = 2 * (base + list[i]!);
    to[2 * (at + i)] = from[index]!;
    to[2 * (at + i) + 1] = from[index + 1]!;
  }
};

const gatherDouble: Gather<Float64Array> = (from, base, list, count, to, at) => {
  for (let i = 0; i < count; i++) to[at + i] = from[base + list[i]!]!;
};

const gatherPairsDouble: Gather<Float64Array> = (from, base, list, count, to, at) => {
  for (let i = 0; i < count; i++) {
    const index = 2 * (base + list[i]!);
    to[2 * (at + i)] = from[index]!;
    to[2 * (at + i) + 1] = from[index + 1]!;
  }
};

const gather64: Gather<BigUint64Array> = (from, base, list, count, to, at) => {
  for (let i = 0; i < count; i++) to[at + i] = from[base + list[i]!]!;
};

const scatter8: Scatter<Uint8Array> = (from, at, to, base, list, count, width) => {
  for (let i = 0; i < count; i++) {
    const index = width * (base + list[i]!);
    const start = width * (at + i);
    for (let part = 0; part < width; part++) to[index + part] = from[start + part]!;
  }
};

const scatter16: Scatter<Uint16Array> = (from, at, to, base, list, count, width) => {
  for (let i = 0; i < count; i++) {
    const index = width * (base + list[i]!);
    const start = width * (at + i);
    for (let part = 0; part < width; part++) to[index + part] = from[start + part]!;
  }
};

const scatter32: Scatter<Uint32Array> = (from, at, to, base, list, count, width) => {
  for (let i = 0; i < count; i++) {
    const index = width * (base + list[i]!);
    const start = width * (at + i);
    for (let part = 0; part < width; part++) to[index + part] = from[start + part]!;
  }
};

const scatterDouble: Scatter<Float64Array> = (from, at, to, base, list, count, width) => {
  for (let i = 0; i < count; i++) {
    const index = width * (base + list[i]!);
    const start = width * (at + i);
    for (let part = 0; part < width; part++) to[index + part] = from[start + part]!;
  }
};

const scatter64: Scatter<BigUint64Array> = (from, at, to, base, list, count, width) => {
  for (let i = 0; i < count; i++) {
    const index = width * (base + list[i]!);
    const start = width * (at + i);
    for (let part = 0; part < width; part++) to[index + part] = from[start + part]!;
  }
};
