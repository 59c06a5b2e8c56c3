import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { type Command, defineCommand } from "../command.ts";
import { PORT_FLAG, serverOf } from "./server_flags.ts";

/** `heliograph fitspipe help`: what a server says that it can do. */
export const command: Command = defineCommand({
  name: "fitspipe help",
  summary: "Show the commands that a server takes",
  usage: "HOST",
  arguments: [1, 1],
  flags: { port: PORT_FLAG },
  example: "fitspipe help localhost",
  permissions: ["--allow-net=localhost"],
  async run({ args, flags, json, signal, print }) {
    await using client = await FitspipeClient.connect(serverOf(args[0]!, flags.port), { signal });
    const lines = await client.help();
    if (json) print(JSON.stringify({ version: client.version, help: lines }));
    else lines.forEach(print);
  },
});
