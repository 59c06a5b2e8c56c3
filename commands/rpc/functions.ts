import { type Command, defineCommand } from "../program/command.ts";
import { CLIENT_FLAGS, connectClient } from "./client_flags.ts";

/** `heliograph rpc functions`: what the commands of a server may call. */
export const command: Command = defineCommand({
  name: "rpc functions",
  summary: "List the functions and procedures of a server",
  usage: "",
  arguments: [0, 0],
  flags: {
    ...CLIENT_FLAGS,
    metrics: { type: "boolean", help: "print the server's metrics as JSON instead" },
  },
  example: "rpc functions",
  permissions: ["--allow-net=localhost:21038"],
  async run({ flags, json, signal, print, report }) {
    await using client = await connectClient(flags, signal, report);
    if (flags.metrics) {
      print(JSON.stringify(await client.metrics()));
      return;
    }
    const functions = await client.functions();
    if (json) {
      for (const description of functions) print(JSON.stringify(description));
      return;
    }
    const width = Math.max(...functions.map(({ signature }) => signature.length));
    for (const { signature, summary } of functions) {
      print(`${signature.padEnd(Math.min(width, 60))}  ${summary}`);
    }
  },
});
