import { fileError } from "../../net/file_error.ts";
import type { ArrayInput } from "../../rpc/client/array_input.ts";
import { typeName } from "../../rpc/language/values/value.ts";
import { UsageError } from "../program/command.ts";
import { connectClient } from "./client_flags.ts";
import { refuseExisting } from "../program/output_file.ts";
import { writeWholeFile } from "../program/whole_file.ts";
import { withCommandPosition } from "./command_position.ts";
import { arrayFiles, readArrayAndHeader } from "./array_files.ts";
import { printedLines, printValue } from "./print_value.ts";
import type { CallContext } from "./call_flags.ts";

/** What a result is written to is known before anything is computed. */
async function checkFileName(name: string): Promise<void> {
  const { fileKind } = await arrayFiles();
  if (fileKind(name) === undefined) {
    throw new UsageError(`--output is '${name}', expected a name in .npy, .fits or .png`);
  }
}

/** The command: the first argument, or what the file holds; and the arguments behind it. */
async function programOf(
  [first, ...rest]: readonly string[],
  file: string | undefined,
): Promise<[text: string, files: readonly string[]]> {
  if (file === undefined) {
    if (first === undefined) throw new UsageError("expected a COMMAND, or --file PROGRAM");
    return [first, rest];
  }
  try {
    return [await Deno.readTextFile(file), first === undefined ? [] : [first, ...rest]];
  } catch (error) {
    throw fileError(error, "read", file);
  }
}

/** Runs a command on a server, with the arrays that it needs, and shows or writes its result. */
export async function callServer(
  { args, flags, json, signal, print, report }: CallContext,
): Promise<void> {
  const [text, files] = await programOf(args, flags.file);
  const arrays: Record<string, ArrayInput> = {};
  for (const argument of files) {
    const [, name, path] = /^([A-Za-z_][A-Za-z0-9_$]*)=(.+)$/s.exec(argument) ?? [];
    if (name === undefined || path === undefined) {
      throw new UsageError(`'${argument}' is not NAME=FILE`);
    }
    const { value, cards } = await readArrayAndHeader(path);
    arrays[name] = value;
    const header = `${name}_header`;
    if (cards !== undefined && text.toUpperCase().includes(header.toUpperCase())) {
      arrays[header] = cards;
    }
  }
  if (flags.output !== undefined) {
    await checkFileName(flags.output);
    await refuseExisting(flags.output, flags.clobber);
  }
  await using client = await connectClient(flags, signal, report);
  const call = client.call(text, {
    arrays,
    signal,
    onPrint: printedLines(json, print),
    deadline: flags.timeout === undefined ? undefined : flags.timeout * 1_000,
  });
  const result = await withCommandPosition(text, call);
  if (flags.output !== undefined) {
    if (result === undefined) throw new UsageError(`'${text}' has no result to be written`);
    const { fileFromArray } = await arrayFiles();
    const bytes = await fileFromArray(result, flags.output);
    await writeWholeFile(flags.output, [bytes]);
    const { type, shape } = result;
    if (json) {
      print(JSON.stringify({
        output: flags.output,
        type: typeName(type),
        shape,
        bytes: bytes.length,
      }));
    } else report(`wrote ${flags.output}`);
  } else if (result !== undefined) {
    printValue(result, json, print);
  }
}
