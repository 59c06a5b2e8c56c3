/** Runs commands in the process of the test: their results, words and status, without a start. */

import { type CommandContext, UsageError } from "../../commands/program/command.ts";
import { errorJson, errorText } from "../../commands/program/error_text.ts";
import { readInvocation } from "../../commands/program/invocation.ts";
import { allCommands } from "./commands.ts";

/** What a command leaves. */
export interface CommandResult {
  readonly status: number;
  /** Lines of standard output, and its bytes. */
  readonly out: string[];
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Lines of standard error, errors included. */
  readonly error: string[];
}

const commands = await allCommands();

/**
 * Runs a command as the program does.
 *
 * @param name Its whole name, such as `rpc call`.
 * @param args Its arguments and flags.
 * @param signal Interrupts it.
 * @param heard Hears each line of standard output when it is printed.
 * @param onHangup Gets what SIGHUP would call.
 * @param said Hears each line of standard error.
 */
export async function runCommand(
  name: string,
  args: readonly string[],
  signal: AbortSignal = new AbortController().signal,
  heard: (line: string) => void = () => {},
  onHangup: (call: () => void) => void = () => {},
  said: (line: string) => void = () => {},
): Promise<CommandResult> {
  const command = commands.get(name)!;
  const out: string[] = [];
  const error: string[] = [];
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const leave = async (status: number): Promise<CommandResult> => ({
    status,
    out,
    error,
    bytes: await new Blob(pieces).bytes(),
  });
  try {
    const { args: words, flags, common } = readInvocation(command, args);
    const { json, quiet, verbose } = common;
    const status = await command.run({
      args: words,
      flags: flags as CommandContext["flags"],
      ...{ json, quiet, verbose, signal },
      onHangup,
      print: (line) => {
        out.push(line);
        heard(line);
      },
      write: (bytes) => Promise.resolve(void pieces.push(bytes.slice())),
      report: (line) => {
        if (quiet) return;
        error.push(line);
        said(line);
      },
      detail: (line) => void (verbose && !quiet && error.push(line)),
      complain: (line) => {
        error.push(line);
        said(line);
      },
      fail: (failure, source) => {
        if (json) out.push(JSON.stringify(errorJson(failure, name, source)));
        error.push(`heliograph ${name}: ${errorText(failure)}`);
      },
    });
    return await leave(signal.aborted ? 130 : status ?? 0);
  } catch (failure) {
    if (signal.aborted) return await leave(130);
    error.push(errorText(failure));
    return await leave(failure instanceof UsageError ? 2 : 1);
  }
}
