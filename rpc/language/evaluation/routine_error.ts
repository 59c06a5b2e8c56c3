/**
 * Where an error in a routine of a program is told to be.
 *
 * @module
 */

import type { Definition } from "../syntax/ast.ts";
import { LanguageError, type Position, Refusal } from "../values/error.ts";
import { located } from "./operations.ts";

/**
 * An error inside of a routine as one that stands at its call, and says where it was.
 *
 * @param error What was thrown.
 * @param definition The routine.
 * @param at Where it is called.
 * @param onError What it has given ON_ERROR.
 */
export function routineError(
  error: unknown,
  definition: Definition,
  at: Position,
  onError: number | undefined,
): unknown {
  if (error instanceof RangeError && /call stack/.test(error.message)) {
    return new LanguageError("limit", `${definition.name} calls itself too often`, at);
  }
  if (error instanceof Refusal) return located(error, at, definition.name);
  if (!(error instanceof LanguageError)) return error;
  const { code, position, cause } = error;
  const known = error instanceof RoutineError ? error : undefined;
  if (known?.place === "settled") return new RoutineError(known, known.message, at);
  const own = { code, cause, bare: known?.bare ?? error.message };
  // IDL manual, "ON_ERROR": the innermost routine that has called it decides.
  const isCaller = known?.place === "caller";
  const stop = isCaller ? HERE : onError;
  if (stop === TO_COMMAND) return new RoutineError({ ...own, place: "settled" }, own.bare, at);
  if (stop === TO_CALLER) return new RoutineError({ ...own, place: "caller" }, own.bare, at);
  const place = stop === undefined ? "open" : "settled";
  if (known !== undefined && stop !== HERE) {
    return new RoutineError({ ...own, place }, known.message, at);
  }
  const before = definition.source.slice(0, Math.max(0, position - definition.at));
  const line = before.split("\n").length;
  const message = `${own.bare} (in ${definition.name}, line ${line})`;
  return new RoutineError({ ...own, place }, message, at);
}

/** The numbers of ON_ERROR; 0 is what happens without it. */
const [TO_COMMAND, TO_CALLER, HERE] = [1, 2, 3];

/** An error whose message says in which routine it was. */
class RoutineError extends LanguageError {
  /** The message without the routine. */
  readonly bare: string;
  /**
   * Whether routines further out may say another place: if they have called ON_ERROR, if they are
   * the one that ON_ERROR means by the caller, or no more.
   */
  readonly place: "open" | "caller" | "settled";

  constructor(
    { code, cause, bare, place }: Pick<RoutineError, "code" | "cause" | "bare" | "place">,
    message: string,
    at: Position,
  ) {
    super(code, message, at, { cause });
    this.bare = bare;
    this.place = place;
  }
}
