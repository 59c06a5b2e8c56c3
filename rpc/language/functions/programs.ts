/**
 * What programs ask about their calls, and calls of what is computed.
 *
 * @module
 */

import { define, type NamedRoutine } from "../routines/define.ts";
import { Refusal } from "../values/error.ts";
import { IdlMessage } from "../routines/message.ts";
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
  if (isSet(keywords, "reissue_last")) {
    const { lastMessage } = context;
    throw new Refusal("value", lastMessage, { cause: new IdlMessage(lastMessage) });
  }
  const own = given === undefined ? "" : textOf(given);
  const prefix = isSet(keywords, "noprefix") || isSet(keywords, "noname") ? "" : "% ";
  if (!isSet(keywords, "continue") && !isSet(keywords, "informational")) {
    const routine = context.routineName ?? "$MAIN$";
    throw new Refusal("value", own, { cause: new IdlMessage(`${routine}: ${own}`) });
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
  define("dictionary([?values...], /NO_COPY)", {
    summary: "A HASH whose keys are names, which can be read and stored as tags: d.key",
    run: byEvaluator,
  }),
  define("ptr_new([?value], /ALLOCATE_HEAP, /NO_COPY)", {
    summary: "A pointer to a new variable that holds the value; without one a null pointer",
    departs: "a variable to which no pointer leads any more is gone",
    run: byEvaluator,
  }),
  define("ptrarr(dimensions..., /ALLOCATE_HEAP, /NOZERO)", {
    summary: "An array of null pointers, or with /ALLOCATE_HEAP of pointers to new variables",
    run: byEvaluator,
  }),
  define("ptr_valid([?pointers])", {
    summary: "1 for each pointer that leads to a variable, else 0",
    departs: "no list of all variables, and no CAST and COUNT",
    run: byEvaluator,
  }),
  define("ptr_free, ?pointers...", {
    summary: "Takes away the variables to which pointers lead",
    run: byEvaluator,
  }),
  define("heap_free, ?values...", {
    summary: "The same for all pointers within values, and those within what they lead to",
    departs: "no OBJ, PTR and VERBOSE",
    run: byEvaluator,
  }),
  define("heap_gc", {
    summary: "Has no effect here: variables without a pointer are gone",
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
  define(
    "message, [text], /CONTINUE, /INFORMATIONAL, /NONAME, /NOPREFIX, /NOPRINT, /REISSUE_LAST",
    {
      summary: "Ends the command with a message; /CONTINUE and /INFORMATIONAL print it only",
      departs: "no messages by name or from a block",
      run: message,
    },
  ),
  define("delvar, ?variables...", {
    summary: "Makes variables undefined",
    sketch: reducing(0),
    run: (args, _keywords, context) => args.forEach((_, i) => context.takeVariable(i)),
  }),
  define("catch, [>error], /CANCEL", {
    summary: "After an error continues behind it, with the number of the error in the variable",
    departs: "not within loops and CASE; limits of time, operations and memory end the command " +
      "all the same; the number is -5 of MESSAGE and -1 of all others",
    run: byEvaluator,
  }),
  define("on_error, [n]", {
    summary:
      "Where an error is told to be: 0 where it is, 1 in the command, 2 in the caller, 3 here",
    departs:
      "it counts in routines; wherever it is told to be, an error ends the command, unless " +
      "CATCH takes it",
    run: byEvaluator,
  }),
  define("tic([name])", {
    summary: "Begins to measure time: as a function it gives a clock, also a procedure",
    departs: "no DEFAULT and PROFILER",
    alsoProcedure: true,
    run: byEvaluator,
  }),
  define("toc([?clock])", {
    summary: "The seconds since TIC, or since the clock of one; as a procedure it prints them",
    departs: "no LUN and REPORT",
    alsoProcedure: true,
    run: byEvaluator,
  }),
  define("execute(command, [quiet])", {
    summary: "Executes a command: 1 if it succeeded; 0 if not, and prints why",
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
