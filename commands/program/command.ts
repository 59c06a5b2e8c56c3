/**
 * What a command is: its flags, its help and its work, as data.
 *
 * This file imports nothing, so that `heliograph --help` starts as fast as an
 * empty program; reading a command line is in `run.ts`.
 */

/** What a flag's value is, and how its text is read. */
export type FlagType =
  | "boolean"
  | "string"
  | "strings"
  | "number"
  | "integer"
  | "count"
  | "port"
  | "seconds"
  | "size";

/** One flag of a command. */
export interface FlagSpec {
  /**
   * `boolean` takes no value; `number` is a finite decimal number, `integer` a whole
   * one from 0 on, `count` a whole one from 1 on, `port` one from 0 to 65535, `seconds`
   * any above 0; `size` is a number of bytes with an optional suffix (`64M` is 64 MiB);
   * `strings` may be given several times.
   */
  readonly type: FlagType;
  /** What the flag does, in one line. */
  readonly help: string;
  /** How the value is called in the help text, such as `PORT`. */
  readonly value?: string | undefined;
  /**
   * The value where none follows: the next word is the flag's only if it is a number, or stands
   * behind `=`.
   */
  readonly optional?: string | undefined;
  /** A one-letter name. */
  readonly short?: string | undefined;
  /** The value without the flag. */
  readonly default?: string | number | boolean | undefined;
  /** What the flags are about among which the help text lists it, if not what the command does. */
  readonly group?: string | undefined;
}

/** The flags of a command by their long names. */
export type Flags = Readonly<Record<string, FlagSpec>>;

type ValueOf<F extends FlagSpec> = F["type"] extends "boolean" ? boolean
  : F["type"] extends "strings" ? string[]
  : F extends { default: string | number } ? (F["type"] extends "string" ? string : number)
  : (F["type"] extends "string" ? string : number) | undefined;

/** The values of a command's flags, each with its own type. */
export type FlagValues<F extends Flags> = {
  readonly [K in keyof F]: ValueOf<F[K]>;
};

/** The flags that every command has. */
export const COMMON_FLAGS: Flags = {
  json: { type: "boolean", help: "print results as JSON, one object per line" },
  quiet: {
    type: "boolean",
    short: "q",
    help: "print only results and errors",
  },
  verbose: { type: "boolean", short: "v", help: "print what is being done" },
  help: { type: "boolean", short: "h", help: "show this help" },
};

/** What a running command works with. */
export interface CommandContext<F extends Flags = Flags> {
  /** The arguments that are not flags. */
  readonly args: readonly string[];
  /** The values of the command's own flags. */
  readonly flags: FlagValues<F>;
  /** The values of the flags that every command has. */
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Aborts at the first interrupt or terminate signal; the command then drains and ends. */
  readonly signal: AbortSignal;
  /** Has SIGHUP call a function, such as one that reads certificates again, in place of ending. */
  onHangup(call: () => void): void;
  /** Writes one line of results to standard output. */
  print(line: string): void;
  /** Writes bytes of results to standard output, waiting for a slow reader. */
  write(bytes: Uint8Array): Promise<void>;
  /** Writes one line for a person to standard error, but not under `--quiet`. */
  report(line: string): void;
  /** Writes one line for a person to standard error under `--verbose`. */
  detail(line: string): void;
  /** Says what went wrong on standard error, even under `--quiet`. */
  complain(line: string): void;
  /**
   * Says which part of the work failed, where the rest goes on: as the program says why it
   * ends, under `--json` by a line of results too.
   *
   * @param error What was thrown.
   * @param source What was worked on, where the error does not say it.
   */
  fail(error: unknown, source?: string): void;
}

/** A command of the program. */
export interface Command<F extends Flags = Flags> {
  /** The whole name, such as `fits header`. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** The arguments after the name, such as `[DIR]`. */
  readonly usage: string;
  /** What the summary has no room for. */
  readonly details?: string | undefined;
  readonly flags: F;
  /**
   * Reads what another program calls these flags; `--` words and what is behind a bare `--` stay
   * as they are.
   */
  readonly letters?: ((args: readonly string[]) => string[]) | undefined;
  /**
   * Whether variables of the environment stand for flags that are not given, `HELIOGRAPH_PORT`
   * for `--port`: servers are started by others than people.
   */
  readonly environment?: boolean | undefined;
  /** The fewest and the most arguments that are not flags. */
  readonly arguments: readonly [least: number, most: number];
  /** One command line that can be pasted and works, without the program's name. */
  readonly example: string;
  /** Further ones, for other uses. */
  readonly examples?: readonly string[] | undefined;
  /** The permissions that the example needs, no more, as flags of `deno run`. */
  readonly permissions: readonly string[];
  /** What other uses need, such as `--allow-net for a URL`. */
  readonly furtherPermissions?: string | undefined;
  /**
   * Does the work. Returning ends the program with status 0; throwing shows the
   * message and ends it with 1 (2 for a {@linkcode UsageError}).
   */
  run(context: CommandContext<F>): Promise<number | void>;
}

/** A command or a family of commands that is loaded when it is called. */
export interface CommandEntry {
  /** What it does, in one line. */
  readonly summary: string;
  /** Loads the command; a family has a table instead. */
  readonly load?: (() => Promise<{ readonly command: unknown }>) | undefined;
  /** The commands of a family, such as those of `fits`. */
  readonly family?: CommandTable | undefined;
}

/** Commands by name, in the order of the help text. */
export type CommandTable = Readonly<Record<string, CommandEntry>>;

/** The command line is wrong: shown with a hint at the help, exit status 2. */
export class UsageError extends Error {
  override name = "UsageError";
}

/**
 * Checks a command's definition and gives its `run` the types of its flags.
 *
 * @param command The definition.
 * @returns The same object.
 */
export function defineCommand<const F extends Flags>(
  command: Command<F>,
): Command<F> {
  return command;
}
