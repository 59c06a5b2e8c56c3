import { IdlClient } from "../../rpc/client/idl_client.ts";
import { type IdlValue, typeName } from "../../rpc/language/values/value.ts";
import { UsageError } from "../program/command.ts";
import { connectClient, connection } from "./client_flags.ts";
import { withCommandPosition } from "./command_position.ts";
import { arrayFiles, readArrayAndHeader } from "./array_files.ts";
import { printedLines, printValue } from "./print_value.ts";
import type { SendContext } from "./call_flags.ts";

/** Sends a file as the array DATA, with a command, and shows its result. */
export async function sendArray(
  { args: [path, text], flags, json, signal, print, report }: SendContext,
): Promise<void> {
  if (flags.wire !== "own" && flags.wire !== "idl") {
    throw new UsageError(`--wire is '${flags.wire}', expected own or idl`);
  }
  if (flags.wire === "idl" && (flags.token ?? flags["token-file"]) !== undefined) {
    throw new UsageError("--wire idl has no place for a token: use our own protocol");
  }
  const { value: data, cards } = await readArrayAndHeader(path!);
  const speaksOfHeader = cards !== undefined && /\bdata_header\b/i.test(text!);
  if (speaksOfHeader && flags.wire === "idl") {
    throw new UsageError("--wire idl has no place for texts such as data_header");
  }
  let result: IdlValue | undefined;
  if (flags.wire === "idl") {
    const { endpoint, options } = await connection(flags, signal, report);
    await using client = await IdlClient.connect(endpoint, options);
    report("% SOCKCLIENT: Server connection established on LUN 100");
    result = await client.send(data, text!);
  } else {
    await using client = await connectClient(flags, signal, report);
    const call = client.call(text!, {
      arrays: speaksOfHeader ? { data, data_header: cards } : { data },
      signal,
      onPrint: printedLines(json, print),
    });
    result = await withCommandPosition(text!, call);
  }
  if (json) {
    const { type, shape, data: { byteLength: bytes } } = data;
    print(JSON.stringify({ event: "sent", type: typeName(type), shape, bytes }));
  } else report(`sent ${(await arrayFiles()).describeValue(data)}`);
  if (result !== undefined) printValue(result, json, print);
}
