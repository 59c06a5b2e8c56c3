/**
 * What programs ask about their calls, and calls of what is computed.
 *
 * @module
 */

import { define, type NamedRoutine } from "../routines/define.ts";
import { Refusal } from "../values/error.ts";
import { textOf } from "../values/convert.ts";
import type { CallContext, LanguageKeywords } from "../routines/routine.ts";
import { IdlType, type IdlValue, scalar } from "../values/value.ts";
import { isSet, reducing } from "../routines/arguments.ts";

/** The evaluator carries these out itself: what they call stands in the command's own tree. */
function byEvaluator(_args: unknown, _keywords: unknown, { name }: CallContext): never {
  throw new Refusal("value", `${name} cannot be called in this way`);
}

function argPresent(
  _args: readonly IdlValue[],
  _keywords: unknown,
  context: CallContext,
): IdlValue {
  const name = context.variableName(0);
  return scalar(IdlType.INT, name !== undefined && context.isPresent(name) ? 1 : 0);
}

/** IDL manual, "MESSAGE". */
function message(
  [given]: readonly IdlValue[],
  keywords: LanguageKeywords,
  context: CallContext,
): void {
  const own = given === undefined ? "" : textOf(given);
  const prefix = isSet(keywords, "noprefix") || isSet(keywords, "noname") ? "" : "% ";
  if (!isSet(keywords, "continue") && !isSet(keywords, "informational")) {
    throw new Refusal("value", own);
  }
  if (!isSet(keywords, "noprint")) context.print(prefix + own);
}

/** The routines of this family. */
export const PROGRAMS: readonly NamedRoutine[] = [
  define("list([?values...], LENGTH=, /EXTRACT, /NO_COPY)", {
    summary: "A LIST of values of any types; with /EXTRACT of the elements of arrays",
    run: byEvaluator,
  }),
  define("hash([?values...], /NO_COPY)", {
    summary: "A HASH: keys and values in turn, two arrays of them, or a structure",
    run: byEvaluator,
  }),
  define("orderedhash([?values...], /NO_COPY)", {
    summary: "The same as HASH; the keys stay in their order, as they do in a HASH here",
    run: byEvaluator,
  }),
  define("create_struct([?values...], NAME=)", {
    summary: "A structure of tags, each with its value behind it, and of other structures",
    run: byEvaluator,
  }),
  define("tag_names(structure, /STRUCTURE_NAME)", {
    summary: "The names of the tags of a structure, or its own",
    run: byEvaluator,
  }),
  define("n_tags(?x)", {
    summary: "The number of tags; 0 if it is no structure",
    run: byEvaluator,
  }),
  define("obj_valid(?x)", { summary: "1 for a LIST or a HASH, else 0", run: byEvaluator }),
  define("typename(?x)", {
    summary: "The name of the type, of a structure or of the kind of an object",
    run: byEvaluator,
  }),
  define("n_params()", {
    summary: "How many positional arguments the running routine was called with",
    sketch: reducing(0),
    run: (_args, _keywords, context) => scalar(IdlType.LONG, context.parameterCount),
  }),
  define("arg_present(?x)", {
    summary: "1 if the running routine's caller gave a variable for the parameter x, else 0",
    sketch: reducing(0),
    run: argPresent,
  }),
  define("message, [text], /CONTINUE, /INFORMATIONAL, /NONAME, /NOPREFIX, /NOPRINT", {
    summary: "Ends the command with a message; /CONTINUE and /INFORMATIONAL print it only",
    departs: "no messages by name or from a block",
    run: message,
  }),
  define("delvar, ?variables...", {
    summary: "Makes variables undefined",
    sketch: reducing(0),
    run: (args, _keywords, context) => args.forEach((_, i) => context.takeVariable(i)),
  }),
  define("on_error, [n]", {
    summary: "Has no effect here: an error always ends the command",
    sketch: reducing(0),
    run: () => {},
  }),
  define("execute(command, [quiet])", {
    summary: "Carries out a command: 1 if it succeeded; 0 if not, and prints why",
    run: byEvaluator,
  }),
  define("call_function(name, [arguments...])", {
    summary: "Calls the function of this name",
    run: byEvaluator,
  }),
  define("call_procedure, name, [arguments...]", {
    summary: "Calls the procedure of this name",
    run: byEvaluator,
  }),
];
