/**
 * Commands as trees, remembered: a client that sends frame after frame sends
 * the same command with each of them.
 *
 * @module
 */

import type { Definition, Statement } from "./ast.ts";
import { LanguageError } from "../values/error.ts";
import { DEFAULT_LIMITS } from "../values/meter.ts";
import { callsAnything, changesParts, hasPrograms, namesIn } from "./names.ts";
import { definitionsIn, parseCommand, type ParserLimits } from "./parser.ts";

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
  #definitions: readonly Definition[] | undefined;
  #hasPrograms: boolean | undefined;

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

  /** The functions and procedures that it defines. */
  get definitions(): readonly Definition[] {
    return this.#definitions ??= definitionsIn(this.statements);
  }

  /** Whether it defines routines or calls methods, whose cost no estimate knows. */
  get hasPrograms(): boolean {
    return this.#hasPrograms ??= hasPrograms(this.statements);
  }

  #inPlace(): boolean | "after a call" {
    const stores = this.names.has("TEMPORARY") || changesParts(this.statements);
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

const knownDefinitions = new Map<string, Definition>();
let definedUnits = 0;

/** UTF-16 units of all the routines that are remembered. */
const MAX_DEFINED_UNITS = 1024 ** 2;

/**
 * A function or a procedure from its text.
 *
 * @throws LanguageError (`syntax` or `limit`) if it is none.
 */
export function parsedDefinition(source: string): Definition {
  const known = knownDefinitions.get(source);
  if (known !== undefined) return known;
  const limits = { ...DEFAULT_LIMITS, commandLength: source.length };
  const [definition] = definitionsIn(parseCommand(source, limits));
  if (definition === undefined) throw new LanguageError("syntax", "Found no routine", 0);
  if (definedUnits > MAX_DEFINED_UNITS) {
    knownDefinitions.clear();
    definedUnits = 0;
  }
  knownDefinitions.set(source, definition);
  definedUnits += source.length;
  return definition;
}
