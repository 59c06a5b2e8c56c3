/**
 * Commands as trees, remembered: a client that sends frame after frame sends
 * the same command with each of them.
 *
 * @module
 */

import type { Statement } from "./ast.ts";
import { namesIn } from "./names.ts";
import { parseCommand, type ParserLimits } from "./parser.ts";

/** Commands that are remembered; the oldest are forgotten first. */
const MAX_COMMANDS = 256;

/** UTF-16 units of the longest command that is remembered. */
const MAX_UNITS = 256;

/** A command that has been parsed. */
export class ParsedCommand {
  readonly statements: readonly Statement[];
  /** The levels of nesting that it was allowed. */
  readonly nesting: number;
  #names: ReadonlySet<string> | undefined;

  constructor(statements: readonly Statement[], nesting: number) {
    this.statements = statements;
    this.nesting = nesting;
  }

  /** Every name in it, in capitals. */
  get names(): ReadonlySet<string> {
    return this.#names ??= namesIn(this.statements);
  }
}

const known = new Map<string, ParsedCommand>();

/**
 * The tree of a command, which is shared: nobody may change it.
 *
 * @param command Statements joined by `&` or line ends.
 * @param limits What it may be at most.
 * @throws LanguageError (`syntax` or `limit`) with the position of what does not fit.
 */
export function parsedCommand(command: string, limits: ParserLimits): ParsedCommand {
  const before = known.get(command);
  if (
    before !== undefined && before.nesting === limits.nesting &&
    command.length <= limits.commandLength
  ) return before;
  const parsed = new ParsedCommand(parseCommand(command, limits), limits.nesting);
  if (command.length <= MAX_UNITS) {
    if (known.size >= MAX_COMMANDS) known.delete(known.keys().next().value!);
    known.set(command, parsed);
  }
  return parsed;
}
