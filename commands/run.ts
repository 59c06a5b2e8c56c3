/** Reads a command line and runs the command that it names. */

import { closestString, levenshteinDistance, parseArgs } from "../deps.ts";
import { errorText } from "./error_text.ts";
import { OutputEnded, standardStreams } from "./streams.ts";
import {
  type Command,
  type CommandContext,
  commandHelp,
  type CommandTable,
  COMMON_FLAGS,
  type Flags,
  type FlagSpec,
  tableHelp,
  UsageError,
} from "./command.ts";

/** How long a command may drain after a signal before the program ends anyway, in milliseconds. */
const DRAIN_MS = 6_000;

/** Exit statuses: done, failed, wrong usage, interrupted. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/**
 * Runs a command line.
 *
 * @param name The program's name, or the family's, for messages.
 * @param table The commands.
 * @param args The command line without the program's name.
 * @returns The exit status.
 */
export async function runCommandLine(
  name: string,
  table: CommandTable,
  args: readonly string[],
): Promise<number> {
  const [first, ...rest] = args;
  const asked = first === "--help" || first === "-h" ||
    first === "help" && !Object.hasOwn(table, "help");
  const streams = standardStreams();
  if (first === undefined) {
    streams.error(tableHelp(name, table));
    return EXIT.usage;
  }
  if (asked) return printText(tableHelp(name, table));
  const entry = Object.hasOwn(table, first) ? table[first] : undefined;
  if (entry === undefined) {
    streams.error(`${name}: unknown command '${first}'${didYouMean(first, Object.keys(table))}`);
    streams.error(`'${name} --help' shows the commands`);
    return EXIT.usage;
  }
  if (entry.family !== undefined) {
    return await runCommandLine(`${name} ${first}`, entry.family, rest);
  }
  const module = await entry.load!();
  return await runCommand(module.command as Command, rest);
}

/**
 * Runs one command with its arguments, with signals, streams and exit status.
 *
 * @param command The command.
 * @param args Its arguments and flags.
 * @returns The exit status.
 */
export async function runCommand(
  command: Command,
  args: readonly string[],
): Promise<number> {
  const streams = standardStreams();
  let invocation: Invocation;
  try {
    invocation = readInvocation(command, args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    streams.error(`heliograph ${command.name}: ${error.message}`);
    streams.error(
      `'heliograph ${command.name} --help' shows the flags and an example`,
    );
    return EXIT.usage;
  }
  if (invocation.common.help) return printText(commandHelp(command));
  const interruption = listenForSignals();
  const { json, quiet, verbose } = invocation.common;
  const context: CommandContext = {
    args: invocation.args,
    flags: invocation.flags as CommandContext["flags"],
    json,
    quiet,
    verbose,
    signal: interruption.signal,
    print: streams.print,
    write: streams.write,
    report: (line) => quiet || streams.error(line),
    detail: (line) => verbose && !quiet && streams.error(line),
    complain: streams.error,
  };
  try {
    const status = await command.run(context) ?? EXIT.done;
    return interruption.signal.aborted ? EXIT.interrupted : status;
  } catch (error) {
    if (interruption.signal.aborted) return EXIT.interrupted;
    if (error instanceof OutputEnded) return EXIT.done;
    streams.error(
      `heliograph ${command.name}: ${errorText(error, verbose)}`,
    );
    if (!(error instanceof UsageError)) return EXIT.failed;
    streams.error(
      `'heliograph ${command.name} --help' shows the flags and an example`,
    );
    return EXIT.usage;
  } finally {
    interruption.ignore();
  }
}

/** Writes a text to standard output; its reader may have gone. */
export function printText(text: string): number {
  const streams = standardStreams();
  try {
    streams.print(text);
    return EXIT.done;
  } catch (error) {
    if (error instanceof OutputEnded) return EXIT.done;
    streams.error(`heliograph: ${errorText(error)}`);
    return EXIT.failed;
  }
}

/** Names the nearest of what there is, if it is near. */
function didYouMean(given: string, names: readonly string[], prefix = ""): string {
  const nearest = closestString(given, names);
  if (nearest === undefined) return "";
  const length = Math.max(given.length, nearest.length);
  const near = nearest.startsWith(given) || levenshteinDistance(given, nearest) <= length / 2;
  return near ? `; did you mean '${prefix}${nearest}'?` : "";
}

/** A command line that has been read. */
export interface Invocation {
  readonly args: string[];
  readonly flags: Readonly<
    Record<string, string | number | boolean | string[] | undefined>
  >;
  readonly common: {
    readonly json: boolean;
    readonly quiet: boolean;
    readonly verbose: boolean;
    readonly help: boolean;
  };
}

/**
 * Reads the arguments of a command.
 *
 * @param command The command, for its flags.
 * @param args The arguments.
 * @returns Positional arguments and the values of the flags.
 * @throws {UsageError} If a flag is unknown, lacks its value or has a wrong one,
 * or if there are too few or too many arguments.
 */
export function readInvocation(
  command: Command,
  args: readonly string[],
): Invocation {
  const specs: Flags = { ...command.flags, ...COMMON_FLAGS };
  const names = Object.keys(specs);
  const ofType = (test: (type: FlagSpec["type"]) => boolean) =>
    names.filter((name) => test(specs[name]!.type));
  const parsed = parseArgs(longForm(args, specs), {
    boolean: ofType((type) => type === "boolean"),
    string: ["_", ...ofType((type) => type !== "boolean")],
    collect: ofType((type) => type !== "boolean"),
  });
  const values: Record<
    string,
    string | number | boolean | string[] | undefined
  > = {};
  for (const name of names) {
    values[name] = flagValue(name, specs[name]!, parsed[name]);
  }
  const positional = parsed._.map(String);
  if (!values.help) checkCount(command, positional);
  return {
    args: positional,
    flags: values,
    common: {
      json: values.json === true,
      quiet: values.quiet === true,
      verbose: values.verbose === true,
      help: values.help === true,
    },
  };
}

/**
 * Writes every flag in one form, `--flag` or `--flag=value`, and refuses those that there
 * are not: the parser would take a value that begins with `-` (`--range -500`) for a flag
 * of its own, and pass over letters that it does not understand.
 */
function longForm(args: readonly string[], specs: Flags): string[] {
  const long: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === "--") return [...long, ...args.slice(i)];
    if (argument === "-" || !argument.startsWith("-")) {
      long.push(argument);
      continue;
    }
    for (const { given, name, value } of flagsOf(argument, specs)) {
      const spec = specs[name]!;
      if (spec.type === "boolean") {
        if (value !== undefined) {
          throw new UsageError(`${given} takes no value, found '${value}'`);
        }
        long.push(`--${name}`);
      } else if (value !== undefined) {
        long.push(`--${name}=${value}`);
      } else if (++i < args.length) {
        long.push(`--${name}=${args[i]}`);
      } else {
        throw new UsageError(`${given} needs a value: ${given} ${spec.value ?? "VALUE"}`);
      }
    }
  }
  return long;
}

/** A flag as it was typed. */
interface GivenFlag {
  readonly given: string;
  readonly name: string;
  readonly value?: string;
}

/** The flags of one argument: `--port=80` is one, `-qp80` two. */
function flagsOf(argument: string, specs: Flags): GivenFlag[] {
  if (argument.startsWith("--")) {
    const equals = argument.indexOf("=");
    const given = equals < 0 ? argument : argument.slice(0, equals);
    const name = given.slice(2);
    if (!Object.hasOwn(specs, name)) throw unknownFlag(given, Object.keys(specs));
    return [equals < 0 ? { given, name } : { given, name, value: argument.slice(equals + 1) }];
  }
  if (Object.hasOwn(specs, argument.slice(1))) throw unknownFlag(argument, Object.keys(specs));
  const flags: GivenFlag[] = [];
  for (let at = 1; at < argument.length; at++) {
    const letter = argument[at]!;
    const name = Object.keys(specs).find((name) => specs[name]!.short === letter);
    if (name === undefined) {
      throw unknownFlag(at === 1 ? argument : `-${letter}`, Object.keys(specs));
    }
    const given = `-${letter}`;
    const rest = argument.slice(at + 1);
    const hasValue = specs[name]!.type !== "boolean" || rest.startsWith("=");
    if (!hasValue || rest === "") flags.push({ given, name });
    else return [...flags, { given, name, value: rest.replace(/^=/, "") }];
  }
  return flags;
}

function unknownFlag(given: string, names: readonly string[]): UsageError {
  const word = given.replace(/^-+/, "");
  return new UsageError(`unknown flag '${given}'${didYouMean(word, names, "--")}`);
}

function flagValue(
  name: string,
  spec: FlagSpec,
  given: unknown,
): string | number | boolean | string[] | undefined {
  if (spec.type === "boolean") return given === true;
  const texts = (given ?? []) as string[];
  if (spec.type === "strings") return texts;
  if (texts.length > 1) {
    throw new UsageError(`--${name} is given ${texts.length} times`);
  }
  const text = texts[0];
  if (text === undefined) return spec.default;
  if (spec.type === "string") return text;
  const { expected, fits } = NUMBERS[spec.type];
  const number = spec.type === "size" ? parseSize(text) : parseNumber(text);
  if (number !== undefined && fits(number)) return number;
  throw new UsageError(`--${name} is '${text}', expected ${expected}`);
}

/** What the values of flags with numbers must be. */
const NUMBERS: Readonly<
  Record<
    Exclude<FlagSpec["type"], "boolean" | "string" | "strings">,
    { expected: string; fits: (value: number) => boolean }
  >
> = {
  number: { expected: "a number", fits: () => true },
  integer: {
    expected: "a whole number, 0 or more",
    fits: (value) => Number.isSafeInteger(value) && value >= 0,
  },
  count: {
    expected: "a whole number, 1 or more",
    fits: (value) => Number.isSafeInteger(value) && value >= 1,
  },
  port: {
    expected: "a whole number from 0 to 65535",
    fits: (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
  },
  seconds: { expected: "a number above 0", fits: (value) => value > 0 },
  size: { expected: "a number of bytes such as 4096 or 64M", fits: () => true },
};

function parseNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Reads a number of bytes: `4096`, `64K`, `1.5G`, `2GiB`; suffixes are powers of 1024. */
export function parseSize(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text);
  if (match === null) return undefined;
  return Math.round(
    Number(match[1]) * 1024 ** " KMGT".indexOf(match[2]!.toUpperCase() || " "),
  );
}

function checkCount(command: Command, positional: readonly string[]): void {
  const [least, most] = command.arguments;
  if (positional.length < least) {
    throw new UsageError(
      `needs ${least === most ? "" : "at least "}${
        plural(least)
      }: ${command.name} ${command.usage}`,
    );
  }
  if (positional.length > most) {
    const taken = most === 0 ? "no arguments" : `at most ${plural(most)}`;
    throw new UsageError(`takes ${taken}; '${positional[most]}' is one too many`);
  }
}

function plural(count: number): string {
  return count === 1 ? "1 argument" : `${count} arguments`;
}

/**
 * A signal that aborts at the first SIGINT or SIGTERM. A task runner may deliver
 * the same Ctrl-C twice, so later ones are taken for repetitions; a drain that
 * does not end is ended here.
 */
function listenForSignals(): { signal: AbortSignal; ignore(): void } {
  const controller = new AbortController();
  const names: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  const interrupted = () => {
    if (controller.signal.aborted) return;
    controller.abort(new Error("interrupted"));
    Deno.unrefTimer(setTimeout(() => Deno.exit(EXIT.interrupted), DRAIN_MS));
  };
  for (const name of names) Deno.addSignalListener(name, interrupted);
  return {
    signal: controller.signal,
    ignore: () => names.forEach((name) => Deno.removeSignalListener(name, interrupted)),
  };
}
