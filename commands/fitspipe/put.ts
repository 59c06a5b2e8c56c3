import { HeliographError } from "../../net/errors.ts";
import type { ByteSource } from "../../net/socket_reader.ts";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { readFrames } from "../../fits/fitspipe/read_frames.ts";
import { type Command, defineCommand } from "../command.ts";
import { PORT_FLAG, serverOf } from "./server_flags.ts";

/** Frames that may be under way before the first of them is answered. */
const WINDOW = 3;

/** `heliograph fitspipe put`: a producer, and the second half of a relay. */
export const command: Command = defineCommand({
  name: "fitspipe put",
  summary: "Submit FITS files to a feed",
  usage: "HOST FILE...",
  details: "FILE '-' is standard input, where any number of FITS files may follow each other:\n" +
    "'fitspipe get A --nframe 0 | fitspipe put B -' relays a feed.",
  arguments: [2, Infinity],
  flags: {
    port: PORT_FLAG,
    feed: { type: "string", value: "NAME", help: "feed to submit to", default: "default" },
  },
  example: "fitspipe put localhost sample-data/sun.fits --feed sun",
  permissions: ["--allow-net=localhost", "--allow-read=."],
  async run({ args, flags, json, signal, print, report }) {
    const [host, ...files] = args;
    await using client = await FitspipeClient.connect(serverOf(host!, flags.port), { signal });
    signal.addEventListener("abort", () => client.close());
    const underWay: Promise<void>[] = [];
    for (const path of files) {
      using input = await openInput(path);
      for await (const file of readFrames(input, { source: path })) {
        const { width, height } = file;
        underWay.push(
          client.put(flags.feed, file.pieces).then((frame) => {
            if (json) {
              print(JSON.stringify({ event: "put", feed: flags.feed, frame, width, height, path }));
            } else report(`${path}: frame ${frame ?? "?"} of feed ${flags.feed}`);
          }),
        );
        if (underWay.length >= WINDOW) await underWay.shift();
      }
    }
    await Promise.all(underWay);
  },
});

async function openInput(path: string): Promise<ByteSource & Disposable> {
  if (path === "-") {
    return { read: (target) => Deno.stdin.read(target), [Symbol.dispose]: () => {} };
  }
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    throw new HeliographError(`Cannot read '${path}': ${(error as Error).message}`, {
      cause: error,
    });
  }
}
