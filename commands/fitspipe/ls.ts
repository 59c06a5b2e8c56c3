import type { Command } from "../program/command.ts";
import { questionCommand } from "./server_flags.ts";

/** `heliograph fitspipe ls`: what a server has. */
export const command: Command = questionCommand(
  "ls",
  "List the feeds of a server",
  async (client, { json, print }) => {
    const feeds = await client.list();
    if (json) return feeds.forEach((feed) => print(JSON.stringify(feed)));
    if (feeds.length === 0) return print("no feeds yet");
    const width = feeds.reduce((most, { feed }) => Math.max(most, feed.length), "feed".length);
    print(`${"feed".padEnd(width)}      oldest      newest  size`);
    for (const info of feeds) {
      const oldest = String(info.oldest).padStart(12);
      const newest = String(info.newest).padStart(12);
      print(`${info.feed.padEnd(width)}${oldest}${newest}  ${info.width} x ${info.height}`);
    }
  },
);
