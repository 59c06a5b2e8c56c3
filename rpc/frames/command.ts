/** The command that a call frame asks for. */

import { ProtocolError } from "../../net/errors.ts";
import { isName, type JsonObject } from "./arrays.ts";
import type { Definition, Statement } from "../language/syntax/ast.ts";
import { DEFAULT_LIMITS } from "../language/values/meter.ts";
import { parsedCommand } from "../language/syntax/parsed_commands.ts";
import type { LanguageRoutine } from "../language/routines/routine.ts";
import type { IdlValue } from "../language/values/value.ts";

/** A command, and where its places are in the text that the client sent. */
export interface CommandText {
  readonly text: string;
  /** The place in the client's text for one in `text`. */
  positionOf(position: number): number;
}

/** The names in capitals of the functions and procedures of programs. */
type Defined = Pick<ReadonlyMap<string, unknown>, "has">;

/** Values by their names. */
type Named = Pick<ReadonlyMap<string, unknown>, "keys">;

const NONE: Defined = new Map();

/** What makes the value of an expression the answer. */
const RETURN = "return, ";

/**
 * The command of a call: `command`, or `function` with `arguments` and `keywords`, which
 * name arrays of the call or variables of the connection.
 *
 * An expression at the end of a command is its result, as if RETURN stood before it.
 *
 * @param head The head of the call frame.
 * @param arrays The arrays of the call.
 * @param routines Every routine of the server.
 * @param maxUnits UTF-16 units of a longer one are not parsed: the evaluator does that.
 * @param definitions The functions and procedures of the connection's programs.
 * @throws {ProtocolError} If the head has neither, or names that are none.
 */
export function commandOf(
  head: JsonObject,
  arrays: ReadonlyMap<string, IdlValue>,
  routines: ReadonlyMap<string, LanguageRoutine>,
  maxUnits: number = Infinity,
  definitions: Defined = NONE,
): CommandText {
  for (const name of arrays.keys()) {
    if (!isName(name)) throw new ProtocolError(`Cannot take a call: '${name}' is no name`);
  }
  if (typeof head.command === "string") {
    const { command } = head;
    return command.length > maxUnits
      ? asItIs(command)
      : withReturn(command, arrays, routines, definitions);
  }
  if (typeof head.function !== "string") {
    throw new ProtocolError("Cannot take a call: its head has neither 'command' nor 'function'");
  }
  const text = `${RETURN}${callText(head.function, head.arguments ?? [], head.keywords ?? {})}`;
  return { text, positionOf: () => 0 };
}

/**
 * The milliseconds that a call may take, as its head says.
 *
 * @throws {ProtocolError} If they are no number.
 */
export function deadlineOf({ deadline }: JsonObject): number | undefined {
  if (deadline === undefined || typeof deadline === "number") return deadline;
  throw new ProtocolError(
    `Cannot take a call: its deadline is ${JSON.stringify(deadline)}, expected milliseconds`,
  );
}

function callText(name: unknown, args: unknown, keywords: unknown): string {
  if (!Array.isArray(args) || typeof keywords !== "object" || keywords === null) {
    throw new ProtocolError("Cannot take a call: expected arguments [...] and keywords {...}");
  }
  const given = Object.entries(keywords);
  const names: unknown[] = [name, ...args, ...given.flat()];
  const wrong = names.find((entry) => typeof entry !== "string" || !isName(entry));
  if (wrong !== undefined) {
    throw new ProtocolError(`Cannot take a call: ${JSON.stringify(wrong)} is no name`);
  }
  return `${name}(${[...args, ...given.map(([key, value]) => `${key}=${value}`)].join(", ")})`;
}

/** A command as the client sent it. */
export function asItIs(command: string): CommandText {
  return { text: command, positionOf: (position) => position };
}

/** A command whose result is the expression at its end, as if RETURN stood before it. */
export function withReturn(
  command: string,
  arrays: Named,
  routines: ReadonlyMap<string, LanguageRoutine>,
  definitions: Defined = NONE,
): CommandText {
  const at = resultAt(command, arrays, routines, definitions);
  if (at === undefined) return asItIs(command);
  return {
    text: command.slice(0, at) + RETURN + command.slice(at),
    positionOf: (position) => position < at ? position : Math.max(at, position - RETURN.length),
  };
}

/** Where the expression begins that is a command's result; undefined if it ends otherwise. */
function resultAt(
  command: string,
  arrays: Named,
  routines: ReadonlyMap<string, LanguageRoutine>,
  definitions: Defined,
): number | undefined {
  let last: Statement | undefined;
  let own: readonly Definition[];
  try {
    const parsed = parsedCommand(command, DEFAULT_LIMITS);
    last = parsed.statements.at(-1);
    own = parsed.definitions;
  } catch {
    return undefined;
  }
  if (last === undefined) return undefined;
  if (last.kind === "implied") return last.at;
  // A name alone may be a variable, which is an expression, or a procedure without arguments.
  if (last.kind !== "procedure" || last.arguments.length > 0) return undefined;
  const { name } = last;
  const isVariable = [...arrays.keys()].some((array) => array.toUpperCase() === name);
  const isRoutine = routines.has(name) || definitions.has(name) ||
    own.some((definition) => definition.name === name);
  return isVariable || !isRoutine ? last.at : undefined;
}
