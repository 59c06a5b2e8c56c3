import { FormatError, HeliographError } from "../../net/errors.ts";
import { fileError } from "../../net/file_error.ts";
import type { ByteSource } from "../../net/socket_reader.ts";
import { FitspipeClient } from "../../fits/fitspipe/client.ts";
import { readFrames } from "../../fits/fitspipe/read_frames.ts";
import { type Command, defineCommand } from "../program/command.ts";
import { StandardInput } from "../program/streams.ts";
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
    const underWay: Promise<void>[] = [];
    for (const path of files) {
      using input = await openInput(path, signal);
      let frames = 0;
      for await (
        const file of readFrames(input, { source: path === "-" ? "standard input" : path })
      ) {
        const { width, height } = file;
        frames++;
        underWay.push(
          client.put(flags.feed, file.pieces).then((frame) => {
            if (json) {
              print(JSON.stringify({ event: "put", feed: flags.feed, frame, width, height, path }));
            } else report(`${path}: frame ${frame ?? "?"} of feed ${flags.feed}`);
          }),
        );
        if (underWay.length >= WINDOW) await underWay.shift();
      }
      if (frames === 0 && path !== "-") {
        throw new FormatError(`Cannot read '${path}': it is empty, expected a FITS file`, {
          source: path,
        });
      }
    }
    await Promise.all(underWay);
  },
});

async function openInput(path: string, signal: AbortSignal): Promise<ByteSource & Disposable> {
  if (path === "-") return new StandardInput(signal);
  try {
    if (!(await Deno.stat(path)).isDirectory) return await Deno.open(path);
  } catch (error) {
    throw fileError(error, "read", path);
  }
  throw new HeliographError(`Cannot read '${path}': it is a folder, expected a file`, {
    source: path,
  });
}
