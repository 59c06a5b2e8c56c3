/**
 * The modulus of complex numbers.
 *
 * @module
 */

import type { Workspace } from "../values/memory.ts";
import { type IdlNumeric, IdlType } from "../values/value.ts";

/** The moduli of a COMPLEX value as FLOAT, of a DCOMPLEX one as DOUBLE. */
export function modulusOf(value: IdlNumeric, space: Workspace): IdlNumeric {
  const type = value.type === IdlType.COMPLEX ? IdlType.FLOAT : IdlType.DOUBLE;
  const out = space.allocate(type, value.shape);
  const data = value.data as Float64Array;
  space.work(4 * out.data.length);
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = Math.hypot(data[2 * i]!, data[2 * i + 1]!);
  }
  return out;
}
