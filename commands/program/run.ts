/** Runs the command that a command line names: signals, streams, errors, exit status. */

import {
  type Command,
  type CommandContext,
  type CommandTable,
  COMMON_FLAGS,
  UsageError,
} from "./command.ts";
import { printableJson } from "../../net/text/printable.ts";
import { concealed } from "./concealed.ts";
import { didYouMean } from "./did_you_mean.ts";
import { errorJson, errorText, serverHint } from "./error_text.ts";
import { commandHelp, tableHelp } from "./help.ts";
import { type Invocation, readInvocation } from "./invocation.ts";
import { programLine } from "./started_as.ts";
import { OutputEnded, type StandardStreams, standardStreams } from "./streams.ts";

/** How long a command may drain after a signal before the program ends anyway, in milliseconds. */
const DRAIN_MS = 6_000;

/** Exit statuses: done, failed, wrong usage, interrupted, terminated. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/**
 * Runs a command line.
 *
 * @param name The program's name, or the family's, for messages.
 * @param table The commands.
 * @param args The command line without the program's name. Flags that every command has may
 * stand before the command.
 * @returns The exit status.
 */
export async function runCommandLine(
  name: string,
  table: CommandTable,
  args: readonly string[],
): Promise<number> {
  const leading = args.findIndex((word) => !isCommonFlag(word));
  const common = args.slice(0, leading < 0 ? args.length : leading);
  const [first, ...rest] = args.slice(common.length);
  const streams = standardStreams();
  if (common.includes("--help") || common.includes("-h")) {
    if (first === undefined) return printText(tableHelp(name, table));
  } else if (first === undefined) {
    streams.error(tableHelp(name, table));
    return EXIT.usage;
  }
  const entry = Object.hasOwn(table, first) ? table[first] : undefined;
  if (entry === undefined) {
    // `help fits info` is `fits info --help`.
    if (first === "help") return await runCommandLine(name, table, [...common, ...rest, "--help"]);
    const error = new UsageError(whatIsWrong(first, table));
    if (args.includes("--json")) printError(streams, error, name);
    streams.error(`${name}: ${error.message}`);
    streams.error(`'${name.replace("heliograph", programLine([]))} --help' shows the commands`);
    return EXIT.usage;
  }
  if (entry.family !== undefined) {
    return await runCommandLine(`${name} ${first}`, entry.family, [...common, ...rest]);
  }
  const module = await entry.load!();
  return await runCommand(module.command as Command, [...common, ...rest]);
}

/** Whether a word is nothing but flags that every command has. */
function isCommonFlag(word: string): boolean {
  const letters = Object.values(COMMON_FLAGS).map(({ short }) => short);
  if (/^-[a-z]+$/.test(word)) return [...word.slice(1)].every((letter) => letters.includes(letter));
  return word.startsWith("--") && Object.hasOwn(COMMON_FLAGS, word.slice(2));
}

/** Why a word in the place of a command is none. */
function whatIsWrong(word: string, table: CommandTable): string {
  if (word.startsWith("-")) {
    const names = [...Object.keys(COMMON_FLAGS), "version"];
    return `unknown flag '${word}'${didYouMean(word.replace(/^-+/, ""), names, "--")}`;
  }
  const families = Object.entries(table).flatMap(([family, { family: members = {} }]) =>
    Object.keys(members).map((member) => [family, member] as const)
  );
  const [family] = families.find(([, member]) => member === word) ?? [];
  const suggestion = family === undefined
    ? didYouMean(word, [...Object.keys(table), "help"])
    : `; did you mean '${family} ${word}'?`;
  return `unknown command '${word}'${suggestion}`;
}

/** What a command leaves behind on its way, as far as errors are concerned. */
interface ErrorOutput {
  /** Whether standard output has bytes that are no lines of JSON. */
  raw: boolean;
}

/**
 * Runs one command with its arguments, with signals, streams and exit status.
 *
 * @param command The command.
 * @param args Its arguments and flags.
 * @returns The exit status.
 */
async function runCommand(
  command: Command,
  args: readonly string[],
): Promise<number> {
  const streams = concealed(standardStreams(), args);
  const name = `heliograph ${command.name}`;
  let invocation: Invocation;
  try {
    invocation = readInvocation(command, args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (args.includes("--json")) printError(streams, error, name);
    streams.error(`${name}: ${error.message}`);
    sayWhereHelpIs(streams, command);
    return EXIT.usage;
  }
  if (invocation.common.help) return printText(commandHelp(command));
  const interruption = listenForSignals();
  const { json, verbose } = invocation.common;
  const output: ErrorOutput = { raw: false };
  const context = commandContext(name, invocation, interruption, streams, output);
  try {
    const status = await command.run(context) ?? EXIT.done;
    return interruption.status() ?? status;
  } catch (error) {
    const interrupted = interruption.status();
    if (interrupted !== undefined) return interrupted;
    if (error instanceof OutputEnded) return EXIT.done;
    if (json && !output.raw) printError(streams, error, name);
    const text = errorText(error, verbose);
    streams.error(`${name}: ${text}${serverHint(text, invocation.args)}`);
    if (!(error instanceof UsageError)) return EXIT.failed;
    sayWhereHelpIs(streams, command);
    return EXIT.usage;
  } finally {
    interruption.ignore();
  }
}

function sayWhereHelpIs(streams: StandardStreams, command: Command): void {
  streams.error(`'${programLine([])} ${command.name} --help' shows the flags and an example`);
}

function commandContext(
  name: string,
  { args, flags, common: { json, quiet, verbose } }: Invocation,
  { signal, onHangup }: Interruption,
  streams: StandardStreams,
  output: ErrorOutput,
): CommandContext {
  let written = false;
  return {
    args,
    flags: flags as CommandContext["flags"],
    json,
    quiet,
    verbose,
    signal,
    onHangup,
    print: json ? (line) => streams.print(printableJson(line)) : streams.print,
    write: (bytes) => {
      output.raw ||= !written && bytes[0] !== "{".charCodeAt(0);
      written = true;
      return streams.write(bytes);
    },
    report: (line) => quiet || streams.error(line),
    detail: (line) => verbose && !quiet && streams.error(line),
    complain: streams.error,
    fail: (error, source) => {
      if (json && !output.raw) printError(streams, error, name, source);
      const text = errorText(error, verbose);
      streams.error(`${name}: ${text}${serverHint(text, args)}`);
    },
  };
}

/** Prints an error as a line of JSON; who reads standard output may have gone. */
function printError(
  streams: StandardStreams,
  error: unknown,
  name: string,
  source?: string,
): void {
  const command = name.replace(/^heliograph ?/, "");
  try {
    streams.print(printableJson(JSON.stringify(errorJson(error, command, source))));
  } catch {
    // What went wrong is said on standard error all the same.
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

/** The signals that end the program. */
interface Interruption {
  readonly signal: AbortSignal;
  /** The exit status, once one has come. */
  status(): number | undefined;
  /** Has SIGHUP do something else than to end the program. */
  onHangup(call: () => void): void;
  ignore(): void;
}

/**
 * A signal that aborts at the first SIGINT, SIGTERM or SIGHUP. A task runner may deliver
 * the same Ctrl-C twice, so later ones are taken for repetitions; a drain that
 * does not end is ended here.
 */
function listenForSignals(): Interruption {
  const controller = new AbortController();
  let status: number | undefined;
  let onHangup: (() => void) | undefined;
  const onSignal = (exit: number) => () => {
    if (status !== undefined) return;
    status = exit;
    controller.abort(new Error("interrupted"));
    Deno.unrefTimer(setTimeout(() => Deno.exit(exit), DRAIN_MS));
  };
  const listeners: [Deno.Signal, () => void][] = [["SIGINT", onSignal(EXIT.interrupted)]];
  if (Deno.build.os !== "windows") {
    const terminated = onSignal(EXIT.terminated);
    const hangup = ignoresHangup() ? () => {} : terminated;
    listeners.push(["SIGTERM", terminated], ["SIGHUP", () => (onHangup ?? hangup)()]);
  }
  for (const [name, listener] of listeners) Deno.addSignalListener(name, listener);
  return {
    signal: controller.signal,
    status: () => status,
    onHangup: (call) => onHangup = call,
    ignore: () =>
      listeners.forEach(([name, listener]) => Deno.removeSignalListener(name, listener)),
  };
}

/**
 * Whether the program was started under `nohup`. The platform stops ignoring SIGHUP with the first
 * signal that is listened for, so that it must be asked before; Linux alone tells.
 */
function ignoresHangup(): boolean {
  const path = "/proc/self/status";
  if (Deno.build.os !== "linux") return false;
  if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return false;
  try {
    const ignored = /^SigIgn:\s*[0-9a-f]*([0-9a-f])$/m.exec(Deno.readTextFileSync(path));
    return ignored !== null && (parseInt(ignored[1]!, 16) & 1) === 1;
  } catch {
    return false;
  }
}
