/**
 * Functions that make few numbers of many.
 *
 * @module
 */

import type { LanguageRoutine } from "../routine.ts";
import { convert } from "../convert.ts";
import { IdlType, scalar } from "../value.ts";

/** The routines of this family. */
export const REDUCTIONS: { readonly [name: string]: LanguageRoutine } = {
  total: {
    kind: "function",
    summary: "The sum of the elements",
    parameters: [{ name: "x" }],
    keywords: [],
    call([x], _keywords, context) {
      const { data } = convert(x!, IdlType.DOUBLE, context);
      let sum = 0;
      for (const element of data as Float64Array) sum += element;
      return scalar(x!.type === IdlType.DOUBLE ? IdlType.DOUBLE : IdlType.FLOAT, sum);
    },
  },
};
