/**
 * Elementary functions of each element.
 *
 * @module
 */

import type { LanguageRoutine } from "../routine.ts";
import { convert } from "../convert.ts";
import { IdlType } from "../value.ts";

/** The routines of this family. */
export const ELEMENTARY: { readonly [name: string]: LanguageRoutine } = {
  sqrt: {
    kind: "function",
    summary: "The square root",
    parameters: [{ name: "x" }],
    keywords: [],
    call([x], _keywords, context) {
      const type = x!.type === IdlType.DOUBLE ? IdlType.DOUBLE : IdlType.FLOAT;
      const from = convert(x!, type, context).data as Float64Array;
      const out = context.allocate(type, x!.shape);
      for (let i = 0; i < from.length; i++) out.data[i] = Math.sqrt(from[i]!);
      return out;
    },
  },
};
