/** Values of the command language as they stand in a file of JSON. */

import {
  type IdlNumericType,
  IdlType,
  type IdlValue,
  isInteger,
  storage,
} from "../../../rpc/language/values/value.ts";

/** A case: its text and, where GDL had a value for it, type, shape and elements. */
export type RecordedCase = readonly unknown[];

/** Writes a case down; 64-bit integers, and what JSON has no number for, are texts. */
export function record(text: string, value: IdlValue | undefined): RecordedCase {
  if (value === undefined) return [text];
  const data = Array.from(
    value.data as ArrayLike<number | bigint | string>,
    (element) =>
      typeof element === "bigint" || typeof element === "number" &&
          (!Number.isFinite(element) || Object.is(element, -0))
        ? Object.is(element, -0) ? "-0" : String(element)
        : element,
  );
  return [text, value.type, value.shape, data];
}

/** The value of a case; undefined where GDL failed. */
export function recordedValue(recorded: RecordedCase): IdlValue | undefined {
  const [, type, shape, elements] = recorded as readonly [string, IdlType, number[], unknown[]];
  if (type === undefined) return undefined;
  if (type === IdlType.UNDEFINED) return { type, shape, data: [] };
  if (type === IdlType.STRING) return { type, shape, data: elements as string[] };
  const complex = type === IdlType.COMPLEX || type === IdlType.DCOMPLEX;
  const data = storage(type as IdlNumericType, elements.length / (complex ? 2 : 1));
  const wide = isInteger(type) && (data instanceof BigInt64Array || data instanceof BigUint64Array);
  for (const [i, element] of elements.entries()) {
    data[i] = wide ? BigInt(element as string) : Number(element);
  }
  return { type: type as IdlNumericType, shape, data };
}
