import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { type Command, defineCommand } from "../command.ts";
import { PORT_FLAG, serverOf } from "./server_flags.ts";

/** `heliograph fitspipe ls`: what a server has. */
export const command: Command = defineCommand({
  name: "fitspipe ls",
  summary: "List the feeds of a server",
  usage: "HOST",
  arguments: [1, 1],
  flags: { port: PORT_FLAG },
  example: "fitspipe ls localhost",
  permissions: ["--allow-net=localhost"],
  async run({ args, flags, json, signal, print }) {
    await using client = await FitspipeClient.connect(serverOf(args[0]!, flags.port), { signal });
    const feeds = await client.list();
    if (json) return feeds.forEach((feed) => print(JSON.stringify(feed)));
    if (feeds.length === 0) return print("no feeds yet");
    const width = Math.max(...feeds.map(({ feed }) => feed.length), "feed".length);
    print(`${"feed".padEnd(width)}      oldest      newest  size`);
    for (const info of feeds) {
      const oldest = String(info.oldest).padStart(12);
      const newest = String(info.newest).padStart(12);
      print(`${info.feed.padEnd(width)}${oldest}${newest}  ${info.width} x ${info.height}`);
    }
  },
});
