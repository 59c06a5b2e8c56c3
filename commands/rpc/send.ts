import { IdlClient } from "../../rpc/client/idl_client.ts";
import { type IdlValue, typeName } from "../../rpc/language/values/value.ts";
import { type Command, defineCommand, UsageError } from "../program/command.ts";
import { CLIENT_FLAGS, connectClient, connection } from "./client_flags.ts";
import { withCommandPosition } from "./command_position.ts";
import { arrayFiles, readArrayAndHeader } from "./array_files.ts";
import { printedLines, printValue } from "./print_value.ts";

/** `heliograph rpc send`: the document's SockTest, with any file and any command. */
export const command: Command = defineCommand({
  name: "rpc send",
  summary: "Send a file as the array DATA, with a command",
  usage: "FILE COMMAND",
  details: "FILE is FITS, JPEG, PNG or npy. A picture becomes [3, width, height] as READ_JPEG\n" +
    "with /TRUE gives it, the bottom row first. The cards of a FITS file come as data_header\n" +
    "where the command speaks of them. With --wire idl the message is that of IDL's\n" +
    "socket programs, for a server in IDL too.",
  arguments: [2, 2],
  flags: {
    ...CLIENT_FLAGS,
    wire: { type: "string", value: "own|idl", help: "the protocol", default: "own" },
  },
  example: "rpc send sample-data/sun.jpg 'a=image(data,/no_tool)'",
  permissions: ["--allow-net=localhost:21038", "--allow-read=."],
  async run({ args: [path, text], flags, json, signal, print, report }) {
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
  },
});
