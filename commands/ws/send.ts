import { type Command, defineCommand } from "../program/command.ts";
import { FLAGS } from "./send_flags.ts";

/** `heliograph ws send`: the document's client, for several images. */
export const command: Command<typeof FLAGS> = defineCommand({
  name: "ws send",
  summary: "Send images over WebSocket and receive the echo",
  usage: "[IMAGE...] [ws://HOST:PORT/] [--binary]",
  details: "Without an image, image.jpg is sent; without a URL, to ws://localhost:9000/.",
  arguments: [0, Infinity],
  flags: FLAGS,
  example: "ws send sample-data/sun.jpg ws://localhost:9000",
  permissions: ["--allow-net=localhost:9000,127.0.0.1:9000", "--allow-read=."],
  async run(context) {
    const { sendImages } = await loadSending();
    return await sendImages(context);
  },
});

/** Loads what sends when it is called: a line of help needs none of it. */
async function loadSending(): Promise<typeof import("./send_images.ts")> {
  return await import(import.meta.resolve("./send_images.ts"));
}
