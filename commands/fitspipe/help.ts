import type { Command } from "../program/command.ts";
import { questionCommand } from "./server_flags.ts";

/** `heliograph fitspipe help`: what a server says that it can do. */
export const command: Command = questionCommand(
  "help",
  "Show the commands that a server takes",
  async (client, { json, print }) => {
    const lines = await client.help();
    if (json) print(JSON.stringify({ version: client.version, help: lines }));
    else lines.forEach(print);
  },
);
