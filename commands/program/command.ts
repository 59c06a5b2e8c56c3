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
  /** A one-letter name. */
  readonly short?: string | undefined;
  /** The value without the flag. */
  readonly default?: string | number | boolean | undefined;
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
  /** The fewest and the most arguments that are not flags. */
  readonly arguments: readonly [least: number, most: number];
  /** One command line that can be pasted and works, without the program's name. */
  readonly example: string;
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

/** The help text of a table of commands. */
export function tableHelp(name: string, table: CommandTable): string {
  const names = Object.keys(table);
  const width = Math.max(...names.map((entry) => entry.length));
  const lines = names.map((entry) => `  ${entry.padEnd(width)}  ${table[entry]?.summary}`);
  return `Usage: ${name} COMMAND [ARGUMENT...]\n\nCommands:\n${lines.join("\n")}\n\n` +
    `'${name} COMMAND --help' shows the flags, the permissions and an example of each.`;
}

/**
 * What to write before a command so that it runs as this program was started: as a
 * binary, from a checkout, or from a URL.
 *
 * @param permissions What the command needs, as flags of `deno run`.
 */
export function programLine(permissions: readonly string[]): string {
  if (Deno.build.standalone) return "heliograph";
  const cli = import.meta.resolve("../../cli.ts");
  if (cli.startsWith("file:")) return "deno task heliograph";
  return `deno run ${permissions.join(" ")} ${cli}`;
}

/** The help text of one command. */
export function commandHelp(command: Command): string {
  const rows = Object.entries<FlagSpec>({ ...command.flags, ...COMMON_FLAGS })
    .map(
      ([name, flag]) => {
        const short = flag.short === undefined ? "    " : `-${flag.short}, `;
        const value = flag.type === "boolean" ? "" : ` ${flag.value ?? flag.type.toUpperCase()}`;
        const fallback = flag.default === undefined || flag.type === "boolean"
          ? ""
          : ` (default ${flag.default})`;
        return [`  ${short}--${name}${value}`, flag.help + fallback] as const;
      },
    );
  const width = Math.max(...rows.map(([left]) => left.length));
  return [
    `Usage: heliograph ${command.name} ${command.usage}`.trimEnd(),
    "",
    command.summary,
    ...(command.details === undefined ? [] : ["", command.details]),
    "",
    "Flags:",
    ...rows.map(([left, right]) => `${left.padEnd(width)}  ${wrapped(right, width + 2)}`),
    "",
    "Permissions of the example:",
    `  ${command.permissions.join(" ")}`,
    ...(command.furtherPermissions === undefined
      ? []
      : [`  ${wrapped(`(${command.furtherPermissions})`, 2)}`]),
    "",
    "Example:",
    `  ${programLine(command.permissions)} ${command.example}`,
  ].join("\n");
}

/** Characters of a line of help. */
const LINE = 100;

/** Breaks a text between words, where its lines begin in a column. */
function wrapped(text: string, column: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (column + line.length + 1 + word.length <= LINE) lines[lines.length - 1] += ` ${word}`;
    else lines.push(word);
  }
  return lines.join("\n" + " ".repeat(column));
}
