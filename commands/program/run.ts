/** Runs the command that a command line names: signals, streams, errors, exit status. */

import {
  type Command,
  type CommandContext,
  commandHelp,
  type CommandTable,
  COMMON_FLAGS,
  tableHelp,
  UsageError,
} from "./command.ts";
import { printableJson } from "../../net/text/printable.ts";
import { errorText } from "./error_text.ts";
import { didYouMean, type Invocation, readInvocation } from "./invocation.ts";
import { OutputEnded, standardStreams } from "./streams.ts";

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
  const streams = standardStreams();
  if (first === undefined) {
    streams.error(tableHelp(name, table));
    return EXIT.usage;
  }
  if (first === "--help" || first === "-h") return printText(tableHelp(name, table));
  const entry = Object.hasOwn(table, first) ? table[first] : undefined;
  if (entry === undefined) {
    // `help fits info` is `fits info --help`.
    if (first === "help") return await runCommandLine(name, table, [...rest, "--help"]);
    streams.error(`${name}: ${whatIsWrong(first, table)}`);
    streams.error(`'${name} --help' shows the commands`);
    return EXIT.usage;
  }
  if (entry.family !== undefined) {
    return await runCommandLine(`${name} ${first}`, entry.family, rest);
  }
  const module = await entry.load!();
  return await runCommand(module.command as Command, rest);
}

/** Why a word in the place of a command is none. */
function whatIsWrong(word: string, table: CommandTable): string {
  if (!word.startsWith("-")) {
    return `unknown command '${word}'${didYouMean(word, Object.keys(table))}`;
  }
  const flag = word.replace(/^-+/, "");
  const common = Object.entries(COMMON_FLAGS).find(([name, { short }]) =>
    word === `--${name}` || word === `-${short}`
  );
  if (common !== undefined) return `${word} comes before the command, expected it behind`;
  return `unknown flag '${word}'${didYouMean(flag, ["help", "version"], "--")}`;
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
    print: json ? (line) => streams.print(printableJson(line)) : streams.print,
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
