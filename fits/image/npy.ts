/**
 * NumPy's file format: one array with its type and shape (NEP 1, versions 1.0 to 3.0).
 *
 * A pure core: bytes in, arrays out. Shapes are in FITS order here, the axis that
 * varies fastest first, so an array that numpy calls `(h, w)` has the shape
 * `[w, h]`, whether the file stores it in C order or in Fortran order.
 */

import { checkCaps } from "../../net/caps.ts";
import { type ElementSize, LITTLE_ENDIAN, swapInto } from "../../net/byte_order.ts";
import { FormatError, LimitError } from "../../net/errors.ts";
import type { PixelType } from "./pixels.ts";

/** The memory of an array; complex numbers are pairs of floats (re, im). */
export type NpyData =
  | Uint8Array
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float16Array
  | Float32Array
  | Float64Array;

/**
 * The type of an array's elements: `u` unsigned, `i` signed, `f` floating point and
 * `c` complex, each with its bits; `bool` is one byte, 0 or 1.
 */
export type NpyType =
  | "bool"
  | "u8"
  | "i8"
  | "u16"
  | "i16"
  | "u32"
  | "i32"
  | "u64"
  | "i64"
  | "f16"
  | "f32"
  | "f64"
  | "c64"
  | "c128";

/** The types of pixels as NumPy has them. */
export const NPY_TYPES: Readonly<Record<PixelType, NpyType>> = {
  uint8: "u8",
  int8: "i8",
  int16: "i16",
  uint16: "u16",
  int32: "i32",
  uint32: "u32",
  int64: "i64",
  uint64: "u64",
  float32: "f32",
  float64: "f64",
};

/** An array of a file in NumPy's format. */
export interface NpyArray {
  /** The type of its elements. */
  readonly type: NpyType;
  /** Its axes in FITS order, the one that varies fastest first; none for a scalar. */
  readonly shape: readonly number[];
  /** Its elements in this machine's byte order; two numbers for a complex one. */
  readonly data: NpyData;
}

interface TypeLayout {
  /** numpy's letters for it, without the byte order. */
  readonly letters: string;
  /** Bytes of one number: of an element, or of half a complex one. */
  readonly size: ElementSize;
  /** Numbers in one element. */
  readonly numbers: 1 | 2;
  view(buffer: ArrayBufferLike, offset: number, length: number): NpyData;
}

const TYPES: Readonly<Record<NpyType, TypeLayout>> = {
  bool: { letters: "b1", size: 1, numbers: 1, view: (b, o, n) => new Uint8Array(b, o, n) },
  u8: { letters: "u1", size: 1, numbers: 1, view: (b, o, n) => new Uint8Array(b, o, n) },
  i8: { letters: "i1", size: 1, numbers: 1, view: (b, o, n) => new Int8Array(b, o, n) },
  u16: { letters: "u2", size: 2, numbers: 1, view: (b, o, n) => new Uint16Array(b, o, n) },
  i16: { letters: "i2", size: 2, numbers: 1, view: (b, o, n) => new Int16Array(b, o, n) },
  u32: { letters: "u4", size: 4, numbers: 1, view: (b, o, n) => new Uint32Array(b, o, n) },
  i32: { letters: "i4", size: 4, numbers: 1, view: (b, o, n) => new Int32Array(b, o, n) },
  u64: { letters: "u8", size: 8, numbers: 1, view: (b, o, n) => new BigUint64Array(b, o, n) },
  i64: { letters: "i8", size: 8, numbers: 1, view: (b, o, n) => new BigInt64Array(b, o, n) },
  f16: { letters: "f2", size: 2, numbers: 1, view: (b, o, n) => new Float16Array(b, o, n) },
  f32: { letters: "f4", size: 4, numbers: 1, view: (b, o, n) => new Float32Array(b, o, n) },
  f64: { letters: "f8", size: 8, numbers: 1, view: (b, o, n) => new Float64Array(b, o, n) },
  c64: { letters: "c8", size: 4, numbers: 2, view: (b, o, n) => new Float32Array(b, o, n) },
  c128: { letters: "c16", size: 8, numbers: 2, view: (b, o, n) => new Float64Array(b, o, n) },
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** The header of a structured type can be long; this is far beyond any array of numbers. */
const MAX_HEADER_BYTES = 65_536;

/** Whether bytes begin like a file in NumPy's format. */
export function isNpy(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a whole file in NumPy's format.
 *
 * @param bytes The file. Its memory is used as it is, without a copy, where type,
 * byte order and alignment allow.
 * @param options The file's name for messages; the most elements that are accepted.
 * @returns The array.
 * @throws {FormatError} If the bytes are no such file, if the type has no numbers
 * (objects, text, records), or if the file is shorter than its array.
 * @throws {LimitError} If the array has more bytes than `maxBytes`.
 *
 * @example
 * ```ts
 * import { encodeNpy, parseNpy } from "@heliograph/heliograph/fits";
 * import { assertEquals } from "@std/assert";
 *
 * const file = encodeNpy({ type: "i16", shape: [3, 2], data: Int16Array.of(1, 2, 3, 4, 5, 6) });
 * assertEquals(parseNpy(file).shape, [3, 2]);
 * ```
 */
export function parseNpy(
  bytes: Uint8Array,
  options: { source?: string | undefined; maxBytes?: number | undefined } = {},
): NpyArray {
  checkCaps(options);
  const { source = "the npy file", maxBytes = Infinity } = options;
  const fail = (problem: string, offset = 0): never => {
    throw new FormatError(`Cannot read ${source}: ${problem}`, { source, offset });
  };
  if (!isNpy(bytes)) fail("it does not begin with the bytes 93 'NUMPY' of a npy file");
  const { text, dataOffset } = headerText(bytes, fail);
  const header = parseHeader(text, fail);
  const layout = TYPES[header.type];
  const count = header.shape.reduce((product, length) => product * length, 1);
  const size = count * layout.size * layout.numbers;
  if (size > maxBytes) {
    throw new LimitError(
      `Cannot read ${source}: its array has ${size} bytes, at most ${maxBytes} are allowed`,
      { source },
    );
  }
  if (dataOffset + size > bytes.length) {
    fail(
      `its array of shape (${header.shape.join(", ")}) needs ${size} bytes, ` +
        `${bytes.length - dataOffset} are there`,
      dataOffset,
    );
  }
  const data = elements(bytes, dataOffset, size, layout, header.big);
  const isScattered = header.fortranOrder && header.shape.filter((length) => length > 1).length > 1;
  return {
    type: header.type,
    shape: header.shape.toReversed(),
    data: isScattered ? toLastAxisFastest(data, header.shape, layout) : data,
  };
}

/** Copies elements whose first axis is the fastest into an order in which the last one is. */
function toLastAxisFastest(data: NpyData, shape: readonly number[], layout: TypeLayout): NpyData {
  const { size, numbers } = layout;
  const copy = layout.view(new ArrayBuffer(data.length * size), 0, data.length);
  const strides: number[] = [];
  shape.reduce((stride, length, axis) => (strides[axis] = stride) * length, 1);
  const index = shape.map(() => 0);
  const last = shape.length - 1;
  let from = 0;
  for (let to = 0; to < data.length; to += numbers) {
    for (let part = 0; part < numbers; part++) copy[to + part] = data[from * numbers + part]!;
    for (let axis = last; axis >= 0; axis--) {
      from += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
  return copy;
}

type Fail = (problem: string, offset?: number) => never;

function headerText(bytes: Uint8Array, fail: Fail): { text: string; dataOffset: number } {
  const version = bytes[6];
  if (version !== 1 && version !== 2 && version !== 3) {
    return fail(`its version is ${version}, expected 1, 2 or 3`, 6);
  }
  const start = version === 1 ? 10 : 12;
  if (bytes.length < start) return fail(`it ends after ${bytes.length} bytes, in its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_BYTES) {
    return fail(`its header has ${length} bytes, at most ${MAX_HEADER_BYTES} are accepted`, 8);
  }
  if (start + length > bytes.length) {
    return fail(`it ends after ${bytes.length} bytes, in its header`, bytes.length);
  }
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1")
    .decode(bytes.subarray(start, start + length));
  return { text, dataOffset: start + length };
}

interface Header {
  readonly type: NpyType;
  readonly big: boolean;
  readonly fortranOrder: boolean;
  /** In the file's order. */
  readonly shape: number[];
}

/** Reads the header, a Python dictionary with the keys descr, fortran_order and shape. */
function parseHeader(text: string, fail: Fail): Header {
  const descr = /['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|(\[))/.exec(text);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(text);
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(text);
  if (descr === null || order === null || shape === null) {
    return fail(`its header lacks descr, fortran_order or shape: ${text.trim().slice(0, 100)}`, 10);
  }
  if (descr[2] !== undefined) return fail("its elements are records, expected numbers", 10);
  const letters = descr[1]!;
  const known = (Object.keys(TYPES) as NpyType[]).find((type) =>
    /^[<>|=]/.test(letters) && TYPES[type].letters === letters.slice(1)
  );
  if (known === undefined) return fail(`its element type is '${letters}', expected numbers`, 10);
  const lengths = shape[1]!.split(",").map((length) => length.trim().replace(/L$/, ""))
    .filter((length) => length !== "").map(Number);
  if (!lengths.every(Number.isSafeInteger)) return fail(`its shape is (${shape[1]})`, 10);
  const big = letters[0] === ">" || (letters[0] === "=" && !LITTLE_ENDIAN);
  return { type: known, big, fortranOrder: order[1] === "True", shape: lengths };
}

function elements(
  bytes: Uint8Array,
  offset: number,
  size: number,
  layout: TypeLayout,
  big: boolean,
): NpyData {
  const part = bytes.subarray(offset, offset + size);
  const native = layout.size === 1 || big !== LITTLE_ENDIAN;
  if (native && part.byteOffset % layout.size === 0) {
    return layout.view(part.buffer, part.byteOffset, size / layout.size);
  }
  const copy = native ? part.slice() : swapInto(part, new Uint8Array(size), layout.size);
  return layout.view(copy.buffer, 0, size / layout.size);
}

/**
 * The header of a file in NumPy's format, version 1.0, in C order: what comes before
 * the elements. Its length is a multiple of 64.
 *
 * @param type The type of the elements.
 * @param shape The axes in FITS order.
 * @param order The byte order of the elements that follow.
 * @returns The header's bytes.
 */
export function npyHeader(
  type: NpyType,
  shape: readonly number[],
  order: "big" | "little" = "little",
): Uint8Array<ArrayBuffer> {
  const { letters, size } = TYPES[type];
  const descr = (size === 1 ? "|" : order === "big" ? ">" : "<") + letters;
  const axes = shape.toReversed().join(", ") + (shape.length === 1 ? "," : "");
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64;
  const header = new Uint8Array(length).fill(0x20);
  header.set(MAGIC);
  header.set([1, 0, (length - 10) & 0xff, (length - 10) >> 8], 6);
  new TextEncoder().encodeInto(text, header.subarray(10));
  header[length - 1] = 0x0a;
  return header;
}

/**
 * Writes an array as a whole file in NumPy's format, version 1.0, in C order.
 *
 * @param array The array.
 * @param options The byte order of the file, little-endian unless it is given.
 * @returns The file.
 * @throws {FormatError} If the number of elements is not what the shape says.
 */
export function encodeNpy(
  array: NpyArray,
  options: { order?: "big" | "little" | undefined } = {},
): Uint8Array<ArrayBuffer> {
  const { order = "little" } = options;
  const { size, numbers } = TYPES[array.type];
  const expected = array.shape.reduce((product, length) => product * length, numbers);
  if (array.data.length !== expected) {
    throw new FormatError(
      `Cannot write a npy file: ${array.data.length} numbers do not fill ` +
        `the shape [${array.shape.join(", ")}] of ${array.type}, which has ${expected}`,
    );
  }
  const header = npyHeader(array.type, array.shape, order);
  const { buffer, byteOffset, byteLength } = array.data;
  const file = new Uint8Array(header.length + byteLength);
  file.set(header);
  const source = new Uint8Array(buffer, byteOffset, byteLength);
  const target = file.subarray(header.length);
  if ((order === "little") === LITTLE_ENDIAN) target.set(source);
  else swapInto(source, target, size);
  return file;
}
