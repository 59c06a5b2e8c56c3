/**
 * What a command can ask about values and routines: PRINT, HELP, SIZE, N_ELEMENTS.
 *
 * @module
 */

import type { LanguageRoutine } from "../routine.ts";
import { formatValues, helpLine } from "../print.ts";
import { countOf, IdlType, scalar } from "../value.ts";

/** The routines of this family. */
export const INTROSPECTION: { readonly [name: string]: LanguageRoutine } = {
  print: {
    kind: "procedure",
    summary: "Prints values",
    parameters: [{ name: "values", optional: true, rest: true }],
    keywords: [],
    call(args, _keywords, context) {
      for (const line of formatValues(args, context)) context.print(line);
    },
  },
  help: {
    kind: "procedure",
    summary: "Prints the type and the shape of values",
    parameters: [{ name: "values", optional: true, rest: true, undefinedAllowed: true }],
    keywords: [],
    call(args, _keywords, context) {
      for (const [i, value] of args.entries()) {
        context.print(helpLine(context.variableName(i) ?? "<Expression>", value));
      }
    },
  },
  n_elements: {
    kind: "function",
    summary: "The number of elements of a value, 0 if it is undefined",
    parameters: [{ name: "x", undefinedAllowed: true }],
    keywords: [],
    call: ([x]) => scalar(IdlType.LONG, countOf(x!)),
  },
};
