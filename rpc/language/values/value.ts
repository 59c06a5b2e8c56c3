/**
 * The values of the command language: IDL's types, scalars and arrays.
 *
 * @module
 */

/** IDL's type codes, as they stand in a SIZE vector. */
export const IdlType: {
  readonly UNDEFINED: 0;
  readonly BYTE: 1;
  readonly INT: 2;
  readonly LONG: 3;
  readonly FLOAT: 4;
  readonly DOUBLE: 5;
  readonly COMPLEX: 6;
  readonly STRING: 7;
  readonly DCOMPLEX: 9;
  readonly UINT: 12;
  readonly ULONG: 13;
  readonly LONG64: 14;
  readonly ULONG64: 15;
} = {
  UNDEFINED: 0,
  BYTE: 1,
  INT: 2,
  LONG: 3,
  FLOAT: 4,
  DOUBLE: 5,
  COMPLEX: 6,
  STRING: 7,
  DCOMPLEX: 9,
  UINT: 12,
  ULONG: 13,
  LONG64: 14,
  ULONG64: 15,
};

/** One of IDL's type codes. */
export type IdlType = (typeof IdlType)[keyof typeof IdlType];

/** The type code of numbers: neither undefined nor STRING. */
export type IdlNumericType = Exclude<IdlType, typeof IdlType.UNDEFINED | typeof IdlType.STRING>;

/** The elements of a numeric value, first dimension fastest; COMPLEX and DCOMPLEX as (re, im) pairs. */
export type IdlNumericData =
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Int32Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>
  | Float64Array<ArrayBuffer>
  | BigInt64Array<ArrayBuffer>
  | BigUint64Array<ArrayBuffer>;

/** A numeric scalar or array, in the machine's byte order. */
export interface IdlNumeric {
  /** The type code. */
  readonly type: IdlNumericType;
  /** The dimensions, the fastest first (as NAXIS1, NAXIS2 ... of FITS); empty for a scalar. */
  readonly shape: readonly number[];
  /** The elements, first dimension fastest; two numbers for each complex element. */
  readonly data: IdlNumericData;
}

/** A string or an array of strings. */
export interface IdlString {
  /** The type code of STRING. */
  readonly type: typeof IdlType.STRING;
  /** The dimensions, the fastest first; empty for a scalar. */
  readonly shape: readonly number[];
  /** The strings, first dimension fastest. */
  readonly data: readonly string[];
}

/** What a variable is that has no value, and `!null`. */
export interface IdlUndefined {
  /** The type code of what is undefined. */
  readonly type: typeof IdlType.UNDEFINED;
  /** Always empty. */
  readonly shape: readonly number[];
  /** Always empty. */
  readonly data: readonly never[];
}

/**
 * A value of the command language. It is plain data: it survives a structured
 * clone, and the buffer of a numeric value can be transferred.
 */
export type IdlValue = IdlNumeric | IdlString | IdlUndefined;

/** The undefined value. */
export const UNDEFINED: IdlUndefined = { type: IdlType.UNDEFINED, shape: [], data: [] };

/** What a type is called and how its elements are stored. */
interface TypeFacts {
  readonly name: string;
  /** Bytes of one element; of a STRING, what its reference costs. */
  readonly bytes: number;
  /** Numbers in one element: 2 for the complex types. */
  readonly parts: 1 | 2;
}

const FACTS: { readonly [type in IdlType]: TypeFacts } = {
  [IdlType.UNDEFINED]: { name: "UNDEFINED", bytes: 0, parts: 1 },
  [IdlType.BYTE]: { name: "BYTE", bytes: 1, parts: 1 },
  [IdlType.INT]: { name: "INT", bytes: 2, parts: 1 },
  [IdlType.LONG]: { name: "LONG", bytes: 4, parts: 1 },
  [IdlType.FLOAT]: { name: "FLOAT", bytes: 4, parts: 1 },
  [IdlType.DOUBLE]: { name: "DOUBLE", bytes: 8, parts: 1 },
  [IdlType.COMPLEX]: { name: "COMPLEX", bytes: 8, parts: 2 },
  [IdlType.STRING]: { name: "STRING", bytes: 16, parts: 1 },
  [IdlType.DCOMPLEX]: { name: "DCOMPLEX", bytes: 16, parts: 2 },
  [IdlType.UINT]: { name: "UINT", bytes: 2, parts: 1 },
  [IdlType.ULONG]: { name: "ULONG", bytes: 4, parts: 1 },
  [IdlType.LONG64]: { name: "LONG64", bytes: 8, parts: 1 },
  [IdlType.ULONG64]: { name: "ULONG64", bytes: 8, parts: 1 },
};

/** The name of a type as HELP prints it, such as `LONG64`. */
export function typeName(type: IdlType): string {
  return FACTS[type].name;
}

/** The bytes of one element; for a STRING what its reference costs, without its text. */
export function elementBytes(type: IdlType): number {
  return FACTS[type].bytes;
}

/** Numbers stored for one element: 2 for COMPLEX and DCOMPLEX, else 1. */
export function partsOf(type: IdlType): 1 | 2 {
  return FACTS[type].parts;
}

/** Whether a type is COMPLEX or DCOMPLEX. */
export function isComplex(type: IdlType): type is typeof IdlType.COMPLEX | typeof IdlType.DCOMPLEX {
  return type === IdlType.COMPLEX || type === IdlType.DCOMPLEX;
}

/** Whether a type is LONG64 or ULONG64, whose elements are bigints. */
export function isLong64(type: IdlType): type is typeof IdlType.LONG64 | typeof IdlType.ULONG64 {
  return type === IdlType.LONG64 || type === IdlType.ULONG64;
}

/** Whether a type is one of the integers, BYTE included. */
export function isInteger(type: IdlType): boolean {
  return type >= IdlType.BYTE && type <= IdlType.LONG || type >= IdlType.UINT;
}

/** Whether a value is of a numeric type. */
export function isNumeric(value: IdlValue): value is IdlNumeric {
  return value.type !== IdlType.UNDEFINED && value.type !== IdlType.STRING;
}

/** The number of elements that a shape holds; 1 for a scalar's empty shape. */
export function elementsOf(shape: readonly number[]): number {
  let count = 1;
  for (const length of shape) count *= length;
  return count;
}

/** The number of elements, as N_ELEMENTS gives it: 0 for the undefined value. */
export function countOf(value: IdlValue): number {
  return value.type === IdlType.UNDEFINED ? 0 : elementsOf(value.shape);
}

/** The bytes that a value holds; a character of a STRING is counted as two. */
export function bytesOf(value: IdlValue): number {
  if (isNumeric(value)) return value.data.byteLength;
  let bytes = value.data.length * elementBytes(value.type);
  for (const text of value.data) bytes += 2 * (text as string).length;
  return bytes;
}

/**
 * New zeroed storage for a number of elements.
 *
 * @param type A numeric type.
 * @param count Elements; a complex one takes two numbers.
 */
export function storage(type: IdlNumericType, count: number): IdlNumericData {
  switch (type) {
    case IdlType.BYTE:
      return new Uint8Array(count);
    case IdlType.INT:
      return new Int16Array(count);
    case IdlType.LONG:
      return new Int32Array(count);
    case IdlType.FLOAT:
      return new Float32Array(count);
    case IdlType.DOUBLE:
      return new Float64Array(count);
    case IdlType.COMPLEX:
      return new Float32Array(2 * count);
    case IdlType.DCOMPLEX:
      return new Float64Array(2 * count);
    case IdlType.UINT:
      return new Uint16Array(count);
    case IdlType.ULONG:
      return new Uint32Array(count);
    case IdlType.LONG64:
      return new BigInt64Array(count);
    case IdlType.ULONG64:
      return new BigUint64Array(count);
  }
}

/**
 * A numeric scalar.
 *
 * @param type Its type.
 * @param value The number, wrapped or rounded to the type; a bigint for LONG64 and ULONG64.
 * @param imaginary The imaginary part of a complex scalar.
 */
export function scalar(type: IdlNumericType, value: number | bigint, imaginary = 0): IdlNumeric {
  const data = storage(type, 1);
  if (isLong64(type)) data[0] = toBigInt(value);
  else data[0] = Number(value);
  if (isComplex(type)) data[1] = imaginary;
  return { type, shape: [], data };
}

const MIN_LONG64 = -(2n ** 63n);

/** A number cut off to a whole one; NaN and what LONG64 cannot hold become its least number. */
export function toBigInt(element: number | bigint): bigint {
  if (typeof element === "bigint") return element;
  return Math.abs(element) < 2 ** 63 ? BigInt(Math.trunc(element)) : MIN_LONG64;
}

/** A STRING scalar. */
export function text(value: string): IdlString {
  return { type: IdlType.STRING, shape: [], data: [value] };
}

/**
 * A view of bytes as a numeric value, without a copy where the bytes are aligned.
 *
 * @param type The type of the elements, which are in the machine's byte order.
 * @param shape The dimensions, the fastest first.
 * @param bytes Exactly the elements; bytes that are not aligned to the element are copied.
 */
export function viewOf(
  type: IdlNumericType,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): IdlNumeric {
  const size = elementBytes(type) / partsOf(type);
  if (bytes.byteLength !== elementsOf(shape) * elementBytes(type)) {
    throw new RangeError(
      `Cannot view ${bytes.byteLength} bytes as ${typeName(type)}[${shape}]: ` +
        `expected ${elementsOf(shape) * elementBytes(type)}`,
    );
  }
  const from = bytes.byteOffset % size === 0 ? bytes : bytes.slice();
  return { type, shape, data: viewData(type, from) };
}

function viewData(type: IdlNumericType, bytes: Uint8Array<ArrayBuffer>): IdlNumericData {
  const { buffer, byteOffset, byteLength } = bytes;
  switch (type) {
    case IdlType.BYTE:
      return bytes;
    case IdlType.INT:
      return new Int16Array(buffer, byteOffset, byteLength / 2);
    case IdlType.UINT:
      return new Uint16Array(buffer, byteOffset, byteLength / 2);
    case IdlType.LONG:
      return new Int32Array(buffer, byteOffset, byteLength / 4);
    case IdlType.ULONG:
      return new Uint32Array(buffer, byteOffset, byteLength / 4);
    case IdlType.FLOAT:
    case IdlType.COMPLEX:
      return new Float32Array(buffer, byteOffset, byteLength / 4);
    case IdlType.DOUBLE:
    case IdlType.DCOMPLEX:
      return new Float64Array(buffer, byteOffset, byteLength / 8);
    case IdlType.LONG64:
      return new BigInt64Array(buffer, byteOffset, byteLength / 8);
    case IdlType.ULONG64:
      return new BigUint64Array(buffer, byteOffset, byteLength / 8);
  }
}
