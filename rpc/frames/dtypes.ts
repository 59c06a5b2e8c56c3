/** The names of numeric types that numpy's files and our protocol have in common. */

import { type IdlNumericType, IdlType } from "../language/values/value.ts";

/** The name of a numeric type; those of complex types count the bits of both parts. */
export type NumericDtype =
  | "u8"
  | "i16"
  | "i32"
  | "f32"
  | "f64"
  | "c64"
  | "c128"
  | "u16"
  | "u32"
  | "i64"
  | "u64";

const TYPES: Readonly<Record<NumericDtype, IdlNumericType>> = {
  u8: IdlType.BYTE,
  i16: IdlType.INT,
  i32: IdlType.LONG,
  f32: IdlType.FLOAT,
  f64: IdlType.DOUBLE,
  c64: IdlType.COMPLEX,
  c128: IdlType.DCOMPLEX,
  u16: IdlType.UINT,
  u32: IdlType.ULONG,
  i64: IdlType.LONG64,
  u64: IdlType.ULONG64,
};

/** Every name. */
export const NUMERIC_DTYPES: readonly NumericDtype[] = Object.keys(TYPES) as NumericDtype[];

const NAMES = new Map(NUMERIC_DTYPES.map((name) => [TYPES[name], name]));

/** The name of a numeric type, such as `f64` for DOUBLE. */
export function numericDtype(type: IdlNumericType): NumericDtype {
  return NAMES.get(type)!;
}

/** The numeric type of a name; undefined if no type has it. */
export function typeOfDtype(name: string): IdlNumericType | undefined {
  return Object.hasOwn(TYPES, name) ? TYPES[name as NumericDtype] : undefined;
}
