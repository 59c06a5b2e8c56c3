/**
 * Commands as trees, remembered: a client that sends frame after frame sends
 * the same command with each of them.
 *
 * @module
 */

import type { Statement } from "./ast.ts";
import { LanguageError } from "../values/error.ts";
import { DEFAULT_LIMITS } from "../values/meter.ts";
import { callsAnything, namesIn } from "./names.ts";
import { parseCommand, type ParserLimits } from "./parser.ts";

/** Commands that are remembered; the oldest are forgotten first. */
const MAX_COMMANDS = 256;

/** UTF-16 units of the longest command that is remembered, and of all of them together. */
const MAX_UNITS = 4_096;
const MAX_UNITS_IN_ALL = 65_536;

/** A command that has been parsed. */
export class ParsedCommand {
  readonly statements: readonly Statement[];
  #names: ReadonlySet<string> | undefined;
  #changesInPlace: boolean | "after a call" | undefined;

  constructor(statements: readonly Statement[]) {
    this.statements = statements;
  }

  /** Every name in it, in capitals. */
  get names(): ReadonlySet<string> {
    return this.#names ??= namesIn(this.statements);
  }

  /**
   * Whether it changes the storage of a variable, which cannot be taken back; and whether it
   * calls anything besides, whose cost may be other than was estimated.
   */
  get changesInPlace(): boolean | "after a call" {
    return this.#changesInPlace ??= this.#inPlace();
  }

  #inPlace(): boolean | "after a call" {
    const stores = this.names.has("TEMPORARY") ||
      this.statements.some((statement) =>
        statement.kind === "assign" && statement.subscripts !== undefined
      );
    return stores && callsAnything(this.statements) ? "after a call" : stores;
  }
}

const known = new Map<string, ParsedCommand | LanguageError>();
let knownUnits = 0;

/**
 * The tree of a command, which is shared: no one may change it.
 *
 * @param command Statements joined by `&` or line ends.
 * @param limits What it may be at most.
 * @throws LanguageError (`syntax` or `limit`) with the position of what does not fit.
 */
export function parsedCommand(command: string, limits: ParserLimits): ParsedCommand {
  const before = known.get(command);
  if (command.length > limits.commandLength || limits.nesting !== DEFAULT_LIMITS.nesting) {
    return new ParsedCommand(parseCommand(command, limits));
  }
  if (before instanceof LanguageError) throw before;
  if (before !== undefined) return before;
  let parsed: ParsedCommand | LanguageError;
  try {
    parsed = new ParsedCommand(parseCommand(command, limits));
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    parsed = error;
  }
  if (command.length <= MAX_UNITS) remember(command, parsed);
  if (parsed instanceof LanguageError) throw parsed;
  return parsed;
}

function remember(command: string, parsed: ParsedCommand | LanguageError): void {
  known.set(command, parsed);
  knownUnits += command.length;
  while (known.size > MAX_COMMANDS || knownUnits > MAX_UNITS_IN_ALL) {
    const oldest = known.keys().next().value!;
    known.delete(oldest);
    knownUnits -= oldest.length;
  }
}
