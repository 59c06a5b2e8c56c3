/**
 * Joins the arguments of a call to the parameters of a routine.
 *
 * @module
 */

import type { Argument } from "../syntax/ast.ts";
import { LanguageError, Refusal } from "../values/error.ts";
import type { LanguageKeyword, LanguageParameter, LanguageRoutine } from "../routines/routine.ts";

/** An argument and the parameter it was given for. */
export interface GivenArgument {
  readonly argument: Argument;
  readonly parameter: {
    readonly output?: boolean | undefined;
    readonly undefinedAllowed?: boolean | undefined;
  };
}

/** The arguments of a call in their places. */
export interface BoundArguments {
  readonly positional: readonly GivenArgument[];
  /** By the keyword's full name in lower case. */
  readonly keywords: ReadonlyMap<string, GivenArgument>;
}

/**
 * Joins arguments to parameters.
 *
 * @throws Refusal for too few or too many arguments and for keywords that are
 * unknown, ambiguous or given twice.
 */
export function bindArguments(
  name: string,
  routine: LanguageRoutine,
  given: readonly Argument[],
): BoundArguments {
  const positional: GivenArgument[] = [];
  const keywords = new Map<string, GivenArgument>();
  for (const argument of given) {
    if (argument.kind === "keyword") {
      const keyword = findKeyword(routine.keywords, argument);
      if (keywords.has(keyword.name)) {
        refuseKeyword(argument, `the keyword ${keyword.name.toUpperCase()} is given twice`);
      }
      keywords.set(keyword.name, { argument, parameter: { output: keyword.kind === "output" } });
    } else {
      const parameter = parameterAt(routine.parameters, positional.length);
      if (parameter === undefined) {
        throw new Refusal(
          "value",
          `${name} takes at most ${routine.parameters.length} arguments`,
        );
      }
      positional.push({ argument, parameter });
    }
  }
  const missing = routine.parameters[positional.length];
  if (missing !== undefined && !missing.optional && !missing.rest) {
    throw new Refusal("value", `${name} needs its argument ${missing.name}`);
  }
  return { positional, keywords };
}

function parameterAt(
  parameters: readonly LanguageParameter[],
  index: number,
): LanguageParameter | undefined {
  const last = parameters.at(-1);
  return parameters[index] ?? (last?.rest ? last : undefined);
}

type KeywordArgument = Argument & { readonly kind: "keyword" };

/** IDL manual, "Keyword parameters": a name may be abbreviated to what is still unique. */
function findKeyword(
  keywords: readonly LanguageKeyword[] | undefined,
  argument: KeywordArgument,
): LanguageKeyword {
  const name = argument.name.toLowerCase();
  if (keywords === undefined) return { name, kind: "value" };
  const exact = keywords.find((keyword) => keyword.name === name);
  if (exact !== undefined) return exact;
  const matching = keywords.filter((keyword) => keyword.name.startsWith(name));
  if (matching.length === 1) return matching[0]!;
  const known = (matching.length > 1 ? matching : keywords).map((found) => found.name.toUpperCase())
    .join(", ");
  return refuseKeyword(
    argument,
    matching.length > 1
      ? `the keyword ${argument.name} may mean ${known}`
      : `there is no keyword ${argument.name}${known === "" ? "" : `, only ${known}`}`,
  );
}

function refuseKeyword(argument: KeywordArgument, reason: string): never {
  throw new LanguageError("value", `Cannot call with ${argument.name}: ${reason}`, argument.at);
}
